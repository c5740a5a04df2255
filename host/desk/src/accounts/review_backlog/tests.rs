use super::*;
use proptest::prelude::*;

/// Tuesday, 10 March 2026, 09:00 in London.
const NOW: Timestamp = 1_773_133_200;
const DAY: Timestamp = 86_400;

fn capacity(per_day: u32) -> DailyCapacity {
    DailyCapacity { per_day, zone: Tz::Europe__London }
}

fn room(per_day: u32, done: u32, waiting: &[(i64, Timestamp)]) -> ReviewBacklog {
    ReviewBacklog::new(capacity(per_day), NOW, done, waiting.iter().copied())
}

#[test]
fn working_days_are_counted() {
    for (deadline, expected) in [
        (NOW - 1, 0),
        (NOW, 0),
        // Still today.
        (NOW + 3600, 1),
        // Wednesday at any time: the deadline may be its first minute.
        (NOW + DAY, 1),
        (NOW + 3 * DAY, 3),
        // Deadlines on Saturday, Sunday and Monday have the whole week before them.
        (NOW + 4 * DAY, 4),
        (NOW + 5 * DAY, 4),
        (NOW + 6 * DAY, 4),
        (NOW + 7 * DAY, 5),
        (NOW + 28 * DAY, 20),
        (Timestamp::MAX, 2608),
    ] {
        assert_eq!(capacity(1).days_until(deadline, NOW), expected, "{}", deadline - NOW);
    }
    let saturday = NOW + 4 * DAY;
    assert_eq!(capacity(1).days_until(saturday + 60, saturday), 0);
    assert_eq!(capacity(1).days_until(saturday + 3 * DAY, saturday), 1);
}

#[test]
fn packages_fit_if_they_are_reviewed_in_time() {
    let mut room = room(2, 0, &[]);
    let soon = NOW + 2 * DAY;
    let taken: Vec<bool> = (0..5).map(|_| room.take(3, soon)).collect();
    assert_eq!(taken, [true, true, true, true, false]);
    // Packages with a later deadline wait behind them.
    assert!(room.take(3, soon + DAY));
    assert_eq!((room.waiting(), room.days()), (5, 3));
}

#[test]
fn higher_tiers_come_first_but_expire_no_other_package() {
    let mut one_free = room(2, 0, &[(3, NOW + DAY), (3, NOW + 9 * DAY)]);
    assert!(one_free.take(0, NOW + 9 * DAY));
    assert!(!one_free.take(0, NOW + 9 * DAY), "the package that expires tomorrow would be reviewed too late");
    assert!(one_free.take(4, NOW + 9 * DAY), "at the end of the queue there is time");
}

#[test]
fn packages_that_are_already_late_block_no_other() {
    let late = [(3, NOW + DAY); 5];
    let mut room = room(2, 0, &late);
    assert!(!room.take(0, NOW + 9 * DAY), "the second of them can still be reviewed in time");
    let mut room = self::room(2, 2, &late);
    assert!(room.take(0, NOW + 9 * DAY));
}

#[test]
fn reviews_of_today_count_against_the_capacity_of_today() {
    let mut room = room(2, 1, &[]);
    assert!(room.take(0, NOW + 60));
    assert!(!room.take(0, NOW + 60));
    // Reviews beyond the capacity of today do not reduce tomorrow's.
    let mut room = self::room(2, 9, &[]);
    assert!(!room.take(0, NOW + 60));
    assert!(room.take(0, NOW + 2 * DAY) && room.take(0, NOW + 2 * DAY) && !room.take(0, NOW + 2 * DAY));
}

#[test]
fn a_backlog_is_full_if_even_the_freshest_package_would_expire() {
    let latest = NOW + 2 * DAY;
    assert!(!room(2, 0, &[(0, latest); 3]).is_full(latest));
    assert!(room(2, 0, &[(0, latest); 4]).is_full(latest));
    assert!(room(0, 0, &[]).is_full(Timestamp::MAX));
}

proptest! {
    /// Every package that was accepted is reviewed before it expires, if reviewers work from the top at the daily
    /// capacity.
    #[test]
    fn accepted_packages_are_reviewed_in_time(
        per_day in 1..6_u32, done in 0..6_u32,
        wanted in prop::collection::vec((0..4_i64, 0..20_i64, 0..86_400_i64), 0..80),
    ) {
        let mut room = room(per_day, done, &[]);
        for (rank, days, seconds) in wanted {
            room.take(rank, NOW + days * DAY + seconds);
        }
        // The day of each review, counted in working days from today.
        for (reviewed, (place, _)) in (u64::from(done.min(per_day))..).zip(&room.waiting) {
            let day = reviewed / u64::from(per_day) + 1;
            prop_assert!(day <= room.capacity.days_until(place.deadline, NOW), "{place:?} on day {day}");
        }
    }
}
