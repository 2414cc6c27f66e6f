//! Orders over their whole life: taken up again after they closed, with discounts and taxes or nothing to pay at all,
//! to be paid in cash, and refused where no account could ever take them.

mod again;
mod again_refused;
mod cash;
mod sums;
mod takers;
