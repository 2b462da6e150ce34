//! x

/// Excel and CSV in and out.
#[cfg_attr(
    not(test),
    expect(
        dead_code,
        unused_imports,
        reason = "import and export are built on it"
    )
)]
mod exchange;
