//! Threads for long work beside the pages, behind those that answer people.
//!
//! Where both want the same processor, a thread of niceness 10 gets about a tenth of what one of niceness 0 gets; where
//! nobody else wants it, it gets all of it. On Linux niceness belongs to a thread, those that it starts inherit it, and an
//! ordinary process cannot take it back: so each work has a thread of its own, which ends with it, and none of the runtime's
//! pool.

use std::panic::resume_unwind;
use std::thread::Builder;

use tokio::runtime::Handle;
use tokio::task::JoinHandle;

/// How far these threads stand back, of 19 at most.
const NICENESS: i32 = 10;

/// Runs work that may block, as [`tokio::task::spawn_blocking`] does, on a quiet thread. The runtime waits for it as for any
/// other when it ends.
pub(crate) fn spawn<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> JoinHandle<T> {
    let runtime = Handle::current();
    tokio::task::spawn_blocking(move || {
        std::thread::scope(|scope| {
            let quietly = move || {
                step_back();
                let _inside = runtime.enter();
                work()
            };
            let thread = Builder::new()
                .name("quiet".to_owned())
                .spawn_scoped(scope, quietly);
            match thread {
                Ok(thread) => thread.join().unwrap_or_else(|broken| resume_unwind(broken)),
                Err(error) => panic!("no thread for work in the background: {error}"),
            }
        })
    })
}

/// Lets the others go first: this thread and those that it starts from now on.
pub(crate) fn step_back() {
    // A program that was started further back stays there.
    let stands = rustix::process::getpriority_process(None);
    if stands.is_ok_and(|niceness| niceness >= NICENESS) {
        return;
    }
    // Where the system refuses it, the work is done all the same.
    if let Err(error) = rustix::process::setpriority_process(None, NICENESS) {
        tracing::debug!(%error, "a thread cannot step back");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn niceness() -> i32 {
        rustix::process::getpriority_process(None).expect("a niceness")
    }

    #[tokio::test]
    async fn quiet_work_steps_back_and_nobody_else_does() {
        let before = niceness();
        let inside = spawn(|| {
            let inherited = std::thread::spawn(niceness).join().expect("no panic");
            (niceness(), inherited, Handle::try_current().is_ok())
        });
        let (own, inherited, in_runtime) = inside.await.expect("no panic");
        // The tests may run under a niceness of their own.
        assert!(own >= NICENESS.max(before), "{own}");
        assert_eq!(inherited, own);
        assert!(in_runtime);
        for _ in 0..3 {
            let other = tokio::task::spawn_blocking(niceness).await;
            assert_eq!(other.expect("no panic"), before);
        }
    }

    #[tokio::test]
    async fn work_that_breaks_is_told_of() {
        let broken = spawn(|| -> () { panic!("as the test wants it") }).await;
        assert!(broken.is_err_and(|error| error.is_panic()));
    }
}
