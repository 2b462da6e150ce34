//! What somebody looks at counts, by whichever page.

use serde_json::json;

use super::browser::{PASSWORD, firm};

#[tokio::test]
async fn every_page_that_shows_records_counts_for_the_limit_of_a_day() {
    let firm = firm().await;
    let role = json!({"name": "Praktykant", "limits": {"view_per_day": 5},
        "modules": {"clients": {"view": "all", "edit": "all", "options": {"merge": true}}}});
    let role = role.as_object().unwrap().clone();
    let role = firm.owner.create_role(role).await.unwrap();
    let mut ids = Vec::new();
    for name in ["Ala", "Bartek", "Celina"] {
        let made = firm.client(&firm.owner, &[("name", json!(name))]).await;
        ids.push(made.id());
    }
    let (one, two) = (ids[0], ids[1]);
    let pages = [
        (vec![format!("/clients/{one}/edit")], 5),
        (vec![format!("/clients/{one}/history")], 5),
        (vec![format!("/clients/merge?id={one}&id={two}")], 2),
        (vec!["/clients".to_owned()], 1),
        (vec!["/search?q=al".to_owned()], 5),
    ];
    for (number, (paths, times)) in pages.into_iter().enumerate() {
        let email = format!("p{number}@f.test");
        let hash = firm.state.passwords.hash(PASSWORD).await;
        let json = json!({"email": email, "name": "P", "role": role.id});
        let json = json.as_object().unwrap().clone();
        firm.owner.create_user(json, Some(hash)).await.unwrap();
        let web = firm.browser(&email).await;
        for path in paths {
            for _ in 0..times {
                assert_eq!(web.get(&path).await.status, 200, "{path}");
            }
            assert_eq!(web.get(&path).await.status, 429, "{path}");
        }
    }
}
