use super::*;

#[test]
fn requests_are_counted_where_they_belong() {
    let metrics = Metrics::default();
    metrics.begin();
    metrics.end(Class::Page, 200, Duration::from_millis(3));
    metrics.begin();
    metrics.end(Class::Page, 503, Duration::from_mins(1));
    metrics.begin();
    metrics.job(Job::Sweep, true);
    metrics.job(Job::Sweep, false);
    let mut text = Text::default();
    metrics.write(&mut text);
    let text = text.finish();
    for line in [
        "kartoteka_requests_total{class=\"page\",status=\"2xx\"} 1",
        "kartoteka_requests_total{class=\"page\",status=\"5xx\"} 1",
        "kartoteka_requests_total{class=\"api\",status=\"2xx\"} 0",
        "kartoteka_request_seconds_bucket{class=\"page\",le=\"0.002\"} 0",
        "kartoteka_request_seconds_bucket{class=\"page\",le=\"0.005\"} 1",
        "kartoteka_request_seconds_bucket{class=\"page\",le=\"10\"} 1",
        "kartoteka_request_seconds_bucket{class=\"page\",le=\"+Inf\"} 2",
        "kartoteka_request_seconds_sum{class=\"page\"} 60.003",
        "kartoteka_requests_under_way 1",
        "kartoteka_job_runs_total{job=\"sweep\",result=\"failed\"} 1",
    ] {
        assert!(text.lines().any(|found| found == line), "{line}\n{text}");
    }
}

#[test]
fn every_route_has_a_class() {
    assert_eq!(Class::of(true, Some("/clients/{id}")), Class::Page);
    assert_eq!(Class::of(false, Some("/clients/new")), Class::Form);
    assert_eq!(Class::of(false, Some("/api/v1/clients")), Class::Api);
    assert_eq!(Class::of(true, Some("/metrics")), Class::Probe);
    assert_eq!(Class::of(true, Some("/assets/{name}")), Class::Asset);
    assert_eq!(Class::of(true, None), Class::Unknown);
}
