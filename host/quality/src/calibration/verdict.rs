//! The conclusions about a version's drafts, and about which of two variants is approved more often.
//!
//! The rules: a draft needed substantial editing if a fifth or more of its body was rewritten, or it was rejected for its
//! text. A version needs calibration if that holds for more than a quarter of the drafts with confidence: with 8 decisions
//! or more, and the lower end of the 95% interval above a quarter. So 2 of 3 does not need calibration; 6 of 10 does.

use super::statistics::{self, Between, Share, together, wilson};
use super::{Interval, Judgement, VersionComparison};
use baton_model::MessagePart;

/// An edit of this share of the body, in basis points, is substantial: half of the share that makes a draft
/// nonconforming.
pub(super) const SUBSTANTIAL: u16 = 2000;

/// Minimum number of decisions for a conclusion.
const DECISIONS_MIN: u32 = 8;

/// Maximum share of drafts that may need substantial editing.
const SHARE_MAX: f64 = 0.25;

/// Minimum number of accounts of each variant for a significant difference.
const ACCOUNTS_MIN: u32 = 20;

/// Minimum difference of shares worth looking for.
const APART_MIN: f64 = 0.05;

/// The difference to look for if none is seen.
const APART_SOUGHT: f64 = 0.1;

/// Returns a share and its 95% interval.
pub(super) fn interval(share: Share) -> Option<Interval> {
    (share.of > 0).then(|| Interval::new(share.rate(), wilson(share, statistics::Z)))
}

/// Returns whether the drafts need substantial editing, with the reason.
pub(super) fn judge_version(substantial: Share, median: Option<u16>, most: Option<MessagePart>) -> (Judgement, String) {
    if substantial.of == 0 {
        return (Judgement::TooFew, "nobody has decided about a draft yet".to_owned());
    }
    let Between { lower, upper } = wilson(substantial, statistics::Z);
    let judgement = match () {
        () if substantial.of < DECISIONS_MIN => Judgement::TooFew,
        () if lower > SHARE_MAX => Judgement::NeedsCalibration,
        () if upper <= SHARE_MAX => Judgement::NoSign,
        () => Judgement::Inconclusive,
    };
    let mut reason = format!(
        "{} of {} rewritten by a fifth or more, or turned down (95%: {} to {}%)",
        substantial.hits,
        substantial.of,
        percent(lower),
        percent(upper)
    );
    if let Some(median) = median {
        reason += &format!(", median {}% of the text", median.div_ceil(100));
    }
    reason += &match (judgement, most) {
        (Judgement::NeedsCalibration, Some(part)) => {
            format!(": the {part} is rewritten most: this kind's research-to-draft workflow needs calibration")
        }
        (Judgement::NeedsCalibration, None) => ": this kind's research-to-draft workflow needs calibration".to_owned(),
        (Judgement::NoSign, _) => ": no sign that the drafts need substantial editing".to_owned(),
        (Judgement::Inconclusive, _) => ": not telling yet".to_owned(),
        (Judgement::TooFew, _) => format!(": too few to tell; {} more at the least", DECISIONS_MIN - substantial.of),
    };
    (judgement, reason)
}

/// Returns which of two variants is approved as written more often. `of` is the number of such comparisons at a time.
pub(super) fn compare_variants(base: (&str, Share), other: (&str, Share), of: usize) -> VersionComparison {
    let ((base_name, base), (name, share)) = (base, other);
    let z = together(of);
    let between = statistics::difference(share, base, z);
    let apart = share.rate() - base.rate();
    let enough = base.of >= ACCOUNTS_MIN && share.of >= ACCOUNTS_MIN;
    let telling = enough && (between.lower > 0.0 || between.upper < 0.0);
    let points = (apart * 100.0).round() as i64;
    let called = |name: &str| if name.is_empty() { "the one without a name".to_owned() } else { format!("`{name}`") };
    let (one, two) = (called(name), called(base_name));
    let mut reason = match points {
        0 => format!("{one} is approved as written as often as {two}"),
        more if more > 0 => format!("{one} is approved as written {} more often than {two}", worded(more)),
        less => format!("{one} is approved as written {} less often than {two}", worded(-less)),
    };
    reason += &format!(" (95%: {} to {})", signed(between.lower), signed(between.upper));
    let nothing = base.of == 0 || share.of == 0;
    if nothing {
        reason = format!("{one} beside {two}: nobody has decided about drafts of both yet");
    }
    let seen = apart.abs() >= APART_MIN;
    let least = if seen { APART_MIN } else { APART_SOUGHT };
    let each = statistics::needed(share, base, least, z).max(ACCOUNTS_MIN);
    let missing = each.saturating_sub(share.of).saturating_add(each.saturating_sub(base.of));
    // The exact end is a matter of chance, so the number of missing decisions is rounded up to tens.
    let missing = missing.max(1).next_multiple_of(10);
    reason += &match (telling, seen) {
        _ if nothing => String::new(),
        (true, _) => ": telling".to_owned(),
        (false, true) => format!(": not telling yet; about {missing} more decisions"),
        (false, false) => {
            format!(": no difference is seen; one of 10 points would be after about {missing} more decisions")
        }
    };
    VersionComparison {
        base: base_name.to_owned(),
        variant: name.to_owned(),
        base_as_written: base.hits,
        base_accounts: base.of,
        as_written: share.hits,
        accounts: share.of,
        difference: basis_points(apart),
        lower: basis_points(between.lower),
        upper: basis_points(between.upper),
        conclusive: telling,
        more: (!telling).then_some(missing),
        reason,
    }
}

impl Interval {
    /// Formats a count with Wilson's interval.
    pub fn of(hits: u64, of: u64) -> Option<Self> {
        let small = |count: u64| u32::try_from(count).unwrap_or(u32::MAX);
        let share = Share { hits: small(hits), of: small(of) };
        (of > 0).then(|| Self::new(share.rate(), wilson(share, statistics::Z)))
    }

    fn new(rate: f64, between: Between) -> Self {
        let points = |share: f64| basis_points(share).unsigned_abs();
        Self { rate: points(rate), lower: points(between.lower), upper: points(between.upper) }
    }
}

fn basis_points(share: f64) -> i16 {
    // A share or the difference of two, so between -10,000 and 10,000.
    (share * 10_000.0).round() as i16
}

fn percent(share: f64) -> u32 {
    (share * 100.0).round() as u32
}

fn worded(points: i64) -> String {
    format!("{points} point{}", if points == 1 { "" } else { "s" })
}

fn signed(share: f64) -> String {
    let points = (share * 100.0).round() as i64;
    if points < 0 { format!("−{}", -points) } else { points.to_string() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use expect_test::{Expect, expect};

    const fn share(hits: u32, of: u32) -> Share {
        Share { hits, of }
    }

    #[track_caller]
    fn check(hits: u32, of: u32, judgement: Judgement, expected: Expect) {
        let (found, reason) = judge_version(share(hits, of), (hits > 0).then_some(4600), Some(MessagePart::Opener));
        assert_eq!(found, judgement, "{reason}");
        expected.assert_eq(&reason);
    }

    #[test]
    fn an_alarm_takes_enough_decisions() {
        check(0, 0, Judgement::TooFew, expect!["nobody has decided about a draft yet"]);
        check(
            2,
            3,
            Judgement::TooFew,
            expect![
                "2 of 3 rewritten by a fifth or more, or turned down (95%: 21 to 94%), median 46% of the text: too few to tell; 5 more at the least"
            ],
        );
        check(
            4,
            8,
            Judgement::Inconclusive,
            expect![
                "4 of 8 rewritten by a fifth or more, or turned down (95%: 22 to 78%), median 46% of the text: not telling yet"
            ],
        );
        check(
            9,
            14,
            Judgement::NeedsCalibration,
            expect![
                "9 of 14 rewritten by a fifth or more, or turned down (95%: 39 to 84%), median 46% of the text: the opener is rewritten most: this kind's research-to-draft workflow needs calibration"
            ],
        );
        check(
            6,
            10,
            Judgement::NeedsCalibration,
            expect![
                "6 of 10 rewritten by a fifth or more, or turned down (95%: 31 to 83%), median 46% of the text: the opener is rewritten most: this kind's research-to-draft workflow needs calibration"
            ],
        );
        check(
            2,
            60,
            Judgement::NoSign,
            expect![
                "2 of 60 rewritten by a fifth or more, or turned down (95%: 1 to 11%), median 46% of the text: no sign that the drafts need substantial editing"
            ],
        );
    }

    #[track_caller]
    fn compare(base: Share, other: Share, of: usize, expected: Expect) {
        expected.assert_eq(&compare_variants(("", base), ("b", other), of).reason);
    }

    #[test]
    fn a_difference_counts_with_enough_accounts() {
        compare(
            share(26, 40),
            share(31, 40),
            1,
            expect![
                "`b` is approved as written 13 points more often than the one without a name (95%: −7 to 31): not telling yet; about 350 more decisions"
            ],
        );
        compare(
            share(10, 40),
            share(31, 40),
            1,
            expect![
                "`b` is approved as written 53 points more often than the one without a name (95%: 31 to 67): telling"
            ],
        );
        compare(
            share(31, 40),
            share(10, 40),
            5,
            expect![
                "`b` is approved as written 53 points less often than the one without a name (95%: −71 to −24): telling"
            ],
        );
        compare(
            share(3, 4),
            share(0, 4),
            1,
            expect![
                "`b` is approved as written 75 points less often than the one without a name (95%: −95 to −9): not telling yet; about 40 more decisions"
            ],
        );
        compare(
            share(0, 19),
            share(19, 19),
            1,
            expect![
                "`b` is approved as written 100 points more often than the one without a name (95%: 76 to 100): not telling yet; about 10 more decisions"
            ],
        );
        compare(
            share(30, 40),
            share(30, 40),
            1,
            expect![
                "`b` is approved as written as often as the one without a name (95%: −19 to 19): no difference is seen; one of 10 points would be after about 550 more decisions"
            ],
        );
        compare(
            share(0, 0),
            share(0, 0),
            1,
            expect!["`b` beside the one without a name: nobody has decided about drafts of both yet"],
        );
    }

    /// Over 4,000 pairs of equal variants the interval excludes 0 in about 5%: the method's coverage is 95% on
    /// average, and a little more or less at a given rate and size.
    #[test]
    fn equal_variants_rarely_differ() {
        let mut state = 1_u64;
        let mut next = || {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (state >> 33) as f64 / f64::from(1_u32 << 31)
        };
        let mut told = 0;
        for _ in 0..4000 {
            let mut draw = || share((0..60).filter(|_| next() < 0.7).count() as u32, 60);
            let (base, other) = (draw(), draw());
            told += u32::from(compare_variants(("a", base), ("b", other), 1).conclusive);
        }
        assert!((120..=240).contains(&told), "{told} of 4000");
    }
}
