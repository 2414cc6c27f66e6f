//! Orders over their whole life: taken up again after they closed, with discounts and taxes or nothing to pay at all,
//! to be paid in cash, refused where no account could ever take them, and found by what somebody knows of them.

mod again;
mod again_refused;
mod cash;
mod finding;
mod refunded;
mod sums;
mod takers;
