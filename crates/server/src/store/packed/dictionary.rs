//! What texts are packed beside: what the program writes again and again, in the order in which it stands there. The longer
//! a piece, the less is left of a text that has it.

/// The dictionary. What is stored points into it, so that it is never changed: another one gets another number.
pub(super) const DICTIONARY: &str = concat!(
    // A new order, with its first payment.
    r#"[{"id":"evt_","type":"order.created","subject":"ord_","new":"pending","why":"The shop (key_) asked for "#,
    r#".00 DZD under the reference “”.","at_ms":,"cause":{"event":"payment_requested","payment":"pay_","account":"acc_"#,
    r#"","gateway":"ocpay","terms":{"recovery":"lapses_unseen","checkable":true,"min_check_interval_ms":3000,"#,
    r#""link_ttl_ms":1200000,"our_name":"untold"},"actor":{"by":"key","id":"key_"}},"data":{"id":"ord_","reference":""#,
    r#"","environment":"test","status":"pending","version":2,"amount":00,"currency":"DZD","amount_decimal":".00","items":[],"#,
    r#""discount":0,"tax":0,"included_tax":0,"title":"","payer":{"family_name":null,"given_name":null,"email":null,"#,
    r#""phone":null},"return_url":null,"metadata":{},"payment_url":null,"checkout_url":"https:///checkout/","#,
    r#""status_url":"https:///status/","payments":[{"id":"pay_","gateway":"ocpay","account":"acc_","status":"opening","#,
    r#""reference":null,"payment_url":null,"failure":null,"fee":null,"receipt":null,"created_at":"Z","checked_at":null}],"#,
    r#""held":[],"needs_you":false,"paid_late":false,"paid_at":null,"created_at":"Z","expires_at":"Z"}},{"id":"evt_"#,
    r#"","type":"payment.opening","subject":"ord_","payment":"pay_","why":"The shop (key_) asked for a payment through "#,
    r#"ocpay.","at_ms":}]"#,
    // It is opened, and paid.
    r#"[{"id":"evt_","type":"payment.opened","subject":"ord_","payment":"pay_","old":"opening","new":"open","why":"The "#,
    r#"gateway opened it under its reference .","at_ms":,"cause":{"event":"payment_opened","payment":"pay_","link":{"reference":""#,
    r#"","url":"https://","expires_at_ms":,"alias":"","fee":{"amount":,"currency":"XOF"}}}}]"#,
    r#"[{"id":"evt_","type":"payment.paid","subject":"ord_","payment":"pay_","old":"open","new":"paid","why":"A check at the "#,
    r#"gateway saw .00 DZD paid under its reference .","at_ms":,"cause":{"event":"checked","payment":"pay_","asked_at_ms":"#,
    r#","seen":{"seen":"paid","money":{"amount":00,"currency":"DZD"},"reference":"","environment":"test","receipt":{}},"#,
    r#""actor":{"by":"worker"}}},{"id":"evt_","type":"order.paid","subject":"ord_","payment":"pay_","old":"pending","#,
    r#""new":"paid","why":"A check at the gateway saw  XOF paid under its reference .","at_ms":,"data":{"id":"ord_","status":""#,
    r#"paid","version":4,"status":"paid","reference":"","payment_url":null,"failure":null,"fee":null,"receipt":{"operator":"#,
    r#"null,"paid_from":null,"transaction":null,"fee":null,"charged":null,"funds_at":null},"created_at":"Z","checked_at":""#,
    r#"Z"}],"held":[],"needs_you":false,"paid_late":false,"paid_at":"Z","created_at":"Z"#,
    // What an order asks for, and its payment's row.
    r#"{"reference":"","money":{"amount":00,"currency":"DZD"},"items":[{"name":"","quantity":1,"unit_amount":00},{"name":""}"#,
    r#"],"title":"","description":"","payer":{"family_name":"","given_name":"","email":"","phone":"+213","address":"","city":""#,
    r#"","state":"","zip_code":"","country":"DZ"},"presentation":{"language":"fr"},"return_url":"https://","policy":"#,
    r#"{"paid_after_expiry":"honour","paid_after_cancel":"hold"},"expires_at_ms":,"watch_until_ms":,"expiry_is_usual":true}"#,
    r#"[{"id":"pay_","account":"acc_","gateway":"ocpay","terms":{"recovery":"lapses_unseen","checkable":true,"#,
    r#""min_check_interval_ms":3000,"link_ttl_ms":1200000,"our_name":"untold"},"state":{"status":"open","link":{"reference":""#,
    r#""},"at_ms":,"receipt":{}},"created_at_ms":,"checked_at_ms":,"check_at_ms":null,"in_trouble":false,"begun":false}]"#,
    // Other gateways, currencies, callers and ends.
    r#","currency":"XOF","amount_decimal":"","environment":"live","status":"open","payment_url":"https://","gateway":"cinetpay","#,
    r#""terms":{"recovery":"lookup_by_our_reference","checkable":true,"min_check_interval_ms":5000,"link_ttl_ms":86400000,"#,
    r#""our_name":"letters_and_digits","tells_begun":true},"gateway":"novasend","terms":{"recovery":"open_again","checkable":"#,
    r#"true,"min_check_interval_ms":5000,"link_ttl_ms":900000,"our_name":"as_written","tells_begun":true},"gateway":"cash","#,
    r#""terms":{"recovery":"lapses_unseen","checkable":false,"min_check_interval_ms":0,"link_ttl_ms":0,"our_name":"as_written","#,
    r#""order_life_ms":604800000},"actor":{"by":"customer"}}},"actor":{"by":"credential","id":"crd_"The customer asked for a "#,
    r#"payment through cinetpay.","why":"The shop (crd_) asked for  XOF under the reference “","origin":{"dialect":"novasend","#,
    r#""credential":"crd_","notify_url":"https://","idempotency_key":"","old":"paid","new":"fulfilled","why":"The shop (key_"#,
    r#") handed over the goods.","at_ms":,"cause":{"event":"fulfil_requested","actor":{"by":"key","id":"key_"}},"type":"order."#,
    r#"expired","subject":"ord_","old":"pending","new":"expired","why":"Its time ran out before money that fits was seen.","#,
    r#""at_ms":,"cause":{"event":"tick"},"data":{"id":"ord_"},"type":"order.cancelled","new":"cancelled","why":"The shop (key_"#,
    r#") called the order off.","cause":{"event":"cancel_requested","type":"payment.called_back","why":"The gateway called back, so "#,
    r#"it is asked at once. It sent: {"paymentRef":"","at_ms":,"cause":{"event":"callback_received","payment":"pay_","body":""#,
    r#"{\"success\":true,\"data\":{\"status\":\"","type":"payment.failed","old":"open","new":"failed","why":"A check saw that "#,
    r#"it will not be paid: declined cancelled or expired.","type":"order.failed","old":"pending","new":"failed","why":"Every "#,
    r#"payment so far failed; the customer may try again until the order expires.","seen":{"seen":"failed","reason":{"code":""#,
    r#"declined_cancelled_or_expired"}},"failure":{"code":"declined_cancelled_or_expired","message":null},"seen":{"seen":"pending","#,
    r#""processing":true},"type":"payment.processing","old":"open","new":"processing","why":"A check saw that the payer has begun."#,
    r#"","type":"payment.trouble","why":"A check told us nothing (gateway_timeout); the checks go on. ","seen":{"seen":"unknown","#,
    r#""trouble":"gateway_error","raw":"","unclear":false},"receipt":{"operator":"","paid_from":"+225","transaction":"","charged":"#,
    r#"{"amount":,"currency":"XOF","decimal":""},"funds_at":""#,
);

#[cfg(test)]
mod tests {
    use super::DICTIONARY;
    use crate::random;

    #[test]
    fn what_is_stored_points_into_it_so_it_stays() {
        let is = random::fingerprint(DICTIONARY.as_bytes());
        assert_eq!(
            is, "1644da8aecd5af431d9348ac6a0ba851f566d671dcc819092e04d12deb03b27f",
            "a changed dictionary gets a number of its own"
        );
        assert!(DICTIONARY.chars().all(|character| character >= ' '));
    }
}
