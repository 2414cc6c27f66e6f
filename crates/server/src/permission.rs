//! What each role may do. A screen or an action of the back office asks for one permission, as does an operation of the API of a
//! restricted key, and nothing else is asked anywhere.

use crate::store::Role;

macro_rules! permissions {
    ($($(#[$doc:meta])* $name:ident: $($role:ident)*;)*) => {
        /// Something that not everybody may do.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub(crate) enum Permission { $($(#[$doc])* $name,)* }

        impl Permission {
            /// Every permission.
            #[cfg(test)]
            pub(crate) const ALL: &'static [Permission] = &[$(Permission::$name,)*];

            /// Whether that role has it.
            pub(crate) fn is_granted_to(self, role: Role) -> bool {
                match self { $(Permission::$name => matches!(role, Role::Owner $(| Role::$role)*),)* }
            }
        }
    };
}

// An owner may do everything; beside each stands who else may.
permissions! {
    /// See the sums of days.
    SeeSums: Accountant;
    /// See orders, and what became of them.
    SeeOrders: Accountant Clerk Developer;
    /// Check, cancel, take up again and hand over orders, and write notes on them.
    WorkOrders: Clerk;
    /// Record cash that was taken.
    TakeCash: Clerk;
    /// Decide about money that does not fit.
    Decide: ;
    /// Record money that went back.
    RecordRefunds: Accountant;
    /// Grant and decline what customers ask to have paid back.
    AnswerRefundRequests: Accountant Clerk;
    /// Make payment links, and close them.
    MakePaymentLinks: Clerk;
    /// Close a day of the book.
    CloseDays: Accountant;
    /// Take lists out of the server.
    Export: Accountant;
    /// See the customers of fronts, their orders and where they are signed in.
    SeeCustomers: Accountant Clerk;
    /// End customers' sessions, archive customers and take that back.
    WorkCustomers: Clerk;
    /// See what a shop sells and what its customers read of it.
    SeeShop: Clerk Developer;
    /// Change what a shop sells and what its customers read of it.
    EditShop: ;
    /// Make orders, and open payments for them.
    MakeOrders: Clerk Developer;
    /// See webhook endpoints and deliveries, and send something again.
    WorkWebhooks: Developer;
    /// See gateway accounts.
    SeeGateways: Accountant Developer;
    /// Take gateway accounts out of use, and back.
    SwitchGateways: ;
    /// See, make and revoke keys.
    WorkKeys: Developer;
    /// Invite people, change what they may do, and read the audit log.
    ManagePeople: ;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_owner_may_do_everything_and_nobody_else_all() {
        for permission in Permission::ALL {
            assert!(permission.is_granted_to(Role::Owner), "{permission:?}");
        }
        for role in Role::ALL.into_iter().filter(|role| *role != Role::Owner) {
            let granted = Permission::ALL.iter().filter(|permission| permission.is_granted_to(role)).count();
            assert!((2..10).contains(&granted), "{role:?} may do {granted} things");
            for alone in [
                Permission::EditShop,
                Permission::Decide,
                Permission::ManagePeople,
                Permission::SwitchGateways,
            ] {
                assert!(!alone.is_granted_to(role), "{role:?} {alone:?}");
            }
        }
    }
}
