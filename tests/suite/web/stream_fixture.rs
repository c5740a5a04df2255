//! A desk with a stream that has evidence, and the page over it.

use super::browser::Browser;
use baton_desk::Desk;
use baton_desk::autonomy::{AutoReleases, SpotCheckView, StreamDetail, StreamView};
use baton_model::PackageId;
use baton_model::package_state::PackageState;
use baton_tests::server::{NOW, TestServer};
use baton_tests::{Given, TestDesk, quick, run};

/// The time limit of a spot-check after sending.
pub const HOUR: i64 = 3600;

/// The desk, and a browser at its page.
pub struct StreamFixture {
    pub browser: Browser,
    test_desk: TestDesk,
    held: bool,
    /// The number of accounts that have a package already.
    prepared: std::cell::Cell<usize>,
}

impl StreamFixture {
    /// Returns a desk without decisions.
    pub fn new(held: bool) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let test_desk = run(TestDesk::open(folder.path()));
        let browser = Browser::on(TestServer::over(folder, test_desk.desk.clone()));
        Self { browser, test_desk, held, prepared: std::cell::Cell::new(0) }
    }

    /// Returns a desk whose only stream is cleared.
    pub fn cleared(held: bool) -> Self {
        let fixture = Self::new(held);
        for _ in 0..50 {
            if fixture.streams().pop().is_some_and(|stream| stream.assessment.fraction < 10_000) {
                return fixture;
            }
            fixture.approve();
        }
        panic!("never cleared: {:?}", fixture.streams());
    }

    pub fn desk(&self) -> &Desk {
        &self.test_desk.desk
    }

    /// Prepares a package for another account.
    pub fn prepare(&self) -> PackageId {
        self.prepare_given(Given::base())
    }

    pub fn prepare_given(&self, mut given: Given) -> PackageId {
        let number = self.prepared.replace(self.prepared.get() + 1);
        given.tiers.iter_mut().for_each(|tier| quick(tier, self.held));
        run(self.test_desk.prepare_given(number, given))
    }

    /// Prepares a package and approves it after a review.
    pub fn approve(&self) -> PackageId {
        let package = self.prepare();
        run(self.test_desk.approve(&package, NOW));
        package
    }

    /// Prepares this many packages and releases a batch; everything that may be sent is released.
    pub fn batch(&self, packages: usize) -> (Vec<PackageId>, AutoReleases) {
        let prepared = (0..packages).map(|_| self.prepare()).collect();
        let went = run(self.desk().auto_release(self.browser.server.now(), HOUR)).expect("a batch");
        for entry in &went.entries {
            let released = run(self.desk().release(entry, NOW)).expect("the final check");
            assert_eq!(released.state, PackageState::Scheduled);
        }
        (prepared, went)
    }

    pub fn streams(&self) -> Vec<StreamView> {
        run(self.desk().quality(None, self.browser.server.now())).expect("the governor judges")
    }

    pub fn stream(&self, id: i64) -> StreamDetail {
        run(self.desk().stream(id, self.browser.server.now())).expect("a stream")
    }

    pub fn checks(&self) -> Vec<SpotCheckView> {
        run(self.desk().checks()).expect("the checks")
    }

    /// Returns the verdict form of the page with that finding and these changed fields.
    pub fn form(&self, package: &PackageId, finding: &str, changes: &[(&str, &str)]) -> Vec<(String, String)> {
        let page = self.browser.page(&format!("/packages/{package}?checks=yes"));
        let number = ["conforming", "nonconforming", "factual-defect"].iter().position(|name| *name == finding);
        let form = page.form(&format!("/packages/{package}/verdict"), number.expect("a finding"));
        assert!(form.contains(&("finding".to_owned(), finding.to_owned())), "{form:?}");
        super::browser::changed(form, changes)
    }

    /// Gives that verdict on the page.
    pub fn verdict(&self, package: &PackageId, finding: &str, note: &str) -> super::browser::Answer {
        let form = self.form(package, finding, &[("note", note)]);
        self.browser.post(&format!("/packages/{package}/verdict"), &form)
    }
}
