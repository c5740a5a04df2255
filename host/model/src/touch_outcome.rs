//! Touch outcomes in words for a person.

use baton_facts::types::TouchOutcome;

/// Returns the words for an outcome; text that the CRM wrote is returned as it is.
pub fn touch_outcome_words(outcome: &TouchOutcome) -> &str {
    match outcome {
        TouchOutcome::Replied => "replied",
        TouchOutcome::MeetingBooked => "meeting booked",
        TouchOutcome::NotInterested => "not interested",
        TouchOutcome::OptedOut => "opted out",
        TouchOutcome::Complained => "spam complaint",
        TouchOutcome::AutoReplied => "automatic reply",
        TouchOutcome::Bounced => "bounced",
        TouchOutcome::Scheduled => "scheduled",
        TouchOutcome::DeliveryUnknown => "delivery unknown",
        TouchOutcome::Other(words) => words,
    }
}
