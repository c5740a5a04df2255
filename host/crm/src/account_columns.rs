//! The columns of an account, as indexes into the fields of a connector.

use super::fields::Field;

pub(super) const ID: usize = 0;
pub(super) const NAME: usize = 1;
pub(super) const DOMAIN: usize = 2;
pub(super) const INDUSTRY: usize = 3;
pub(super) const EMPLOYEES: usize = 4;
pub(super) const ANNUAL_REVENUE: usize = 5;
pub(super) const CURRENCY: usize = 6;
pub(super) const COUNTRY: usize = 7;
pub(super) const TYPE: usize = 8;
pub(super) const STAGE: usize = 9;
pub(super) const OWNER: usize = 10;
pub(super) const LAST_ACTIVITY: usize = 11;
pub(super) const OPEN_DEALS: usize = 12;
pub(super) const NAMED: usize = 13;
pub(super) const REFERRED_BY: usize = 14;
pub(super) const DELETED: usize = 15;
pub(super) const PARENT: usize = 16;
pub(super) const DO_NOT_CONTACT: usize = 17;
pub(super) const CUSTOMER: usize = 18;
pub(super) const PARTNER: usize = 19;
pub(super) const COMPETITOR: usize = 20;
pub(super) const ACTIVE: usize = 21;
/// The fields of an accounts file, in the order of the constants above; each connector knows its headers.
pub(super) type AccountFields = [Field; 22];
