//! The columns of a contact, as indexes into the fields of a connector.

use super::fields::Field;

pub(super) const ID: usize = 0;
pub(super) const FIRST_NAME: usize = 1;
pub(super) const LAST_NAME: usize = 2;
pub(super) const NAME: usize = 3;
pub(super) const TITLE: usize = 4;
pub(super) const EMAIL: usize = 5;
pub(super) const ACCOUNT: usize = 6;
pub(super) const COMPANY: usize = 7;
pub(super) const COUNTRY: usize = 8;
pub(super) const TIME_ZONE: usize = 9;
pub(super) const LANGUAGE: usize = 10;
pub(super) const LINKEDIN_URL: usize = 11;
pub(super) const VERIFICATION: usize = 12;
pub(super) const VERIFIED_ON: usize = 13;
pub(super) const OPTED_OUT: usize = 14;
pub(super) const BOUNCED: usize = 15;
pub(super) const STATUS: usize = 16;
pub(super) const IN_SEQUENCE: usize = 17;
pub(super) const ENGAGEMENT: usize = 18;
pub(super) const DELETED: usize = 19;
pub(super) const OTHER_EMAILS: usize = 20;
pub(super) const DO_NOT_CONTACT: usize = 21;
pub(super) const GONE: usize = 22;
pub(super) const STAGE: usize = 23;
pub(super) const OWNER: usize = 24;
pub(super) const LAST_ACTIVITY: usize = 25;
/// The fields of a contacts file, in the order of the constants above; each connector knows its headers.
pub(super) type ContactFields = [Field; 26];
