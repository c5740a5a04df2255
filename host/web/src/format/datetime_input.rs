//! Values of date and time inputs.

use baton_facts::types::Timestamp;
use baton_model::Zone;
use chrono::NaiveDateTime;

/// The value format of `<input type="datetime-local">`.
const INPUT_FORMAT: &str = "%Y-%m-%dT%H:%M";

/// Parses the field. Returns `None` if it is not a valid date and time.
pub(crate) fn parse_datetime_input(text: &str, zone: Zone) -> Option<Timestamp> {
    let text = text.trim().replacen(' ', "T", 1);
    let forms = [INPUT_FORMAT, "%Y-%m-%dT%H:%M:%S"];
    zone.moment(forms.into_iter().find_map(|form| NaiveDateTime::parse_from_str(&text, form).ok())?)
}

/// Formats a time for the field. Returns an empty string if it is outside the calendar.
pub(crate) fn datetime_input_value(at: Timestamp, zone: Zone) -> String {
    zone.clock(at).map(|shown| shown.format(INPUT_FORMAT).to_string()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn zone(name: &str) -> Zone {
        Zone::try_from(name.to_owned()).expect("a zone")
    }

    #[test]
    fn field_values_are_parsed() {
        for (text, place, expected) in [
            ("2026-03-10T10:00", "UTC", Some(1_773_136_800)),
            ("2026-03-10T10:00", "Europe/Berlin", Some(1_773_133_200)),
            (" 2026-03-10 10:00:30 ", "UTC", Some(1_773_136_830)),
            ("", "UTC", None),
            ("tomorrow", "UTC", None),
            ("2026-02-30T10:00", "UTC", None),
            ("999999999-01-01T00:00", "UTC", None),
        ] {
            assert_eq!(parse_datetime_input(text, zone(place)), expected, "{text} {place}");
        }
    }
}
