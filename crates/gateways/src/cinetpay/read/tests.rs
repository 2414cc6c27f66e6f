//! What is read of the vendor's clients, sloppy ones included, and what is refused by name.

use guichet_core::Currency;

use super::*;

const GUIDE: &str = include_str!("../golden/payment.request.json");

/// A good request with some fields more, which may repeat those before them.
fn json(more: &str) -> String {
    let comma = if more.is_empty() { "" } else { "," };
    format!(
        r#"{{"apikey":"k","site_id":"445160","transaction_id":"T1","amount":100,"currency":"XOF","description":"Lamps","notify_url":"http://localhost/n","return_url":"https://shop.example/r"{comma}{more}}}"#
    )
}

/// Reads a call to open a payment from its bytes.
fn opened(body: &[u8]) -> Result<(Caller, PayinRequest), InvalidField> {
    let (caller, fields) = caller(body)?;
    let request = opening(&caller, &fields)?;
    Ok((caller, request))
}

/// The same of a call to ask.
fn asked(body: &[u8]) -> Result<(Caller, Name), InvalidField> {
    let (caller, fields) = caller(body)?;
    Ok((caller, question(&fields)?))
}

fn read(body: &str) -> PayinRequest {
    match opened(body.as_bytes()) {
        Ok((_, request)) => request,
        Err(wrong) => panic!("{wrong:?}: {body}"),
    }
}

fn refused(body: &str, code: &str, sentence: &str) {
    let wrong = opened(body.as_bytes()).err().unwrap_or_else(|| panic!("nothing is wrong with {body}"));
    assert_eq!((wrong.code, wrong.sentence.as_str()), (code, sentence), "{body}");
}

#[test]
fn the_guides_request() {
    let (caller, request) = opened(GUIDE.as_bytes()).expect("the guide's own sample is read");
    assert_eq!((caller.apikey.as_str(), caller.site_id.as_str()), ("@mon-aptkey", "@mon-site-id"));
    let expected = PayinRequest {
        reference: "@id-de-paiement-hyper-unique".to_owned(),
        title: "TRANSACTION DESCRIPTION".to_owned(),
        payer: Payer {
            family_name: Some("Dje Bi".to_owned()),
            given_name: Some("Jean-Marc".to_owned()),
            ..Payer::default()
        },
        return_url: Some("https://www.exemple.com/return".to_owned()),
        notify_url: Some("https://www.exemple.com/notify".to_owned()),
        echo: Map::from_iter([("site_id".to_owned(), "@mon-site-id".into())]),
        ..PayinRequest::of(Money::new(2500, Currency::XOF))
    };
    assert_eq!(request, expected);
}

#[test]
fn forms_are_read_like_json() {
    let form = "apikey=k&site_id=445160&transaction_id=T1&amount=100&currency=XOF&description=Lamps\
                &notify_url=http%3A%2F%2Flocalhost%2Fn&return_url=https%3A%2F%2Fshop.example%2Fr";
    assert_eq!(read(form), read(&json("")));
    let more =
        format!("{form}&lock_phone_number=1&customer_phone_number=%2B2250707000001&invoice_data%5BSeat%5D=4");
    let same = json(
        r#""lock_phone_number":true,"customer_phone_number":"+2250707000001","invoice_data":{"Seat":4}"#,
    );
    assert_eq!(read(&more), read(&same));
}

#[test]
fn liberal_reading() {
    let plain = read(&json(""));
    for harmless in [
        r#""channels":null"#,
        r#""channels":"""#,
        r#""channels":"ALL""#,
        r#""channels":"all, WALLET""#,
        r#""lang":null,"token":null,"alternative_currency":null,"metadata":null"#,
        r#""invoice_data":null"#,
        r#""invoice_data":[]"#,
        r#""invoice_data":"none""#,
        r#""lock_phone_number":false"#,
        r#""lock_phone_number":"0""#,
        r#""customer_name":"","customer_surname":null,"customer_email":" ","customer_country":"""#,
        r#""x":{"deep":[1e309]},"Authorization":"Bearer None""#,
        r#""amount":"100""#,
        r#""amount":"100.00""#,
        r#""amount":100.0"#,
        r#""amount":" 100 ""#,
        r#""currency":" xof ""#,
        r#""site_id":445160"#,
        r#""description":" Lamps ""#,
    ] {
        assert_eq!(read(&json(harmless)), plain, "{harmless}");
    }
}

#[test]
fn gbf_means_gnf() {
    let request = read(&json(r#""currency":"GBF""#));
    assert_eq!((request.money.currency.code(), request.money.amount_minor), ("GNF", 100));
}

#[test]
fn amounts_in_minor_units() {
    for (currency, amount, expected) in
        [("XOF", "2500000", 2_500_000), ("CDF", "400", 40_000), ("USD", "3", 300), ("GNF", "1005", 1005)]
    {
        let request = read(&json(&format!(r#""currency":"{currency}","amount":{amount}"#)));
        assert_eq!(request.money.amount_minor, expected, "{amount} {currency}");
    }
    for (currency, amount, code, sentence) in [
        ("XOF", "95", "641", "amount: must be at least 100 XOF"),
        ("XOF", "0", "641", "amount: must be at least 100 XOF"),
        ("CDF", "395", "641", "amount: must be at least 400 CDF"),
        ("XOF", "2500005", "642", "amount: must be at most 2500000 XOF"),
        ("XAF", "9223372036854775807", "642", "amount: must be at most 2500000 XAF"),
        ("XOF", "102", "608", "amount: must be a multiple of 5"),
        ("CDF", "401", "608", "amount: must be a multiple of 5"),
        ("XOF", "9223372036854775808", "608", "amount: must be a whole number"),
        ("XOF", "100.5", "608", "amount: must be a whole number"),
        ("USD", "1.5", "608", "amount: must be a whole number"),
        ("XOF", "-100", "608", "amount: must be a whole number"),
        ("XOF", "1e2", "608", "amount: must be a whole number"),
        ("XOF", "1e309", "608", "amount: must be a whole number"),
        ("XOF", "\"100 F\"", "608", "amount: must be a whole number"),
        ("XOF", "true", "608", "amount: must be a whole number"),
        ("XOF", "null", "608", "amount: is required"),
        ("XOF", "[100]", "608", "amount: is required"),
        ("EUR", "100", "608", "currency: must be XOF, XAF, CDF, GNF or USD"),
        ("DZD", "100", "608", "currency: must be XOF, XAF, CDF, GNF or USD"),
        ("CFA", "100", "608", "currency: must be XOF, XAF, CDF, GNF or USD"),
    ] {
        refused(&json(&format!(r#""currency":"{currency}","amount":{amount}"#)), code, sentence);
    }
}

#[test]
fn what_is_missing_is_named() {
    for field in ["apikey", "site_id", "transaction_id", "amount", "currency", "description"] {
        for nothing in ["null", "\"\"", "\"  \"", "{}"] {
            let sentence = format!("{field}: is required");
            refused(&json(&format!(r#""{field}":{nothing}"#)), "608", &sentence);
        }
        // The guide's curl sample has keys such as `description:`.
        refused(&json("").replace(field, &format!("{field}:")), "608", &format!("{field}: is required"));
    }
}

#[test]
fn what_is_no_request_is_refused() {
    for (body, why) in [
        ("", "there is no body"),
        ("[]", "it is neither a JSON object nor a form"),
        ("<xml/>", "it is neither a JSON object nor a form"),
        (r#"{"apikey":"k",}"#, "it is not JSON: see line 1, column 15"),
    ] {
        refused(body, "608", &format!("body: must be a JSON object or a form: {why}"));
    }
    refused("hello", "608", "apikey: is required");
}

#[test]
fn transaction_ids() {
    let long = "x".repeat(100);
    for (written, expected) in [
        ("\"a-b_c/d#e$f&g h\"", "a-b_c/d#e$f&g h"),
        ("1617808789", "1617808789"),
        ("\"été\"", "été"),
        (&format!("\"{long}\""), &long),
    ] {
        assert_eq!(read(&json(&format!(r#""transaction_id":{written}"#))).reference, expected);
    }
    for wrong in [format!("\"{long}x\""), "\"a\\u0000b\"".to_owned(), "\"a\\nb\"".to_owned()] {
        let sentence = "transaction_id: must be printable, and of at most 100 bytes";
        refused(&json(&format!(r#""transaction_id":{wrong}"#)), "608", sentence);
    }
}

#[test]
fn addresses() {
    let one = read(&json(r#""notify_url":null"#));
    assert_eq!(
        (one.notify_url.as_deref(), one.return_url.as_deref()),
        (None, Some("https://shop.example/r"))
    );
    let one = read(&json(r#""return_url":"""#));
    assert_eq!((one.notify_url.as_deref(), one.return_url.as_deref()), (Some("http://localhost/n"), None));
    refused(
        &json(r#""notify_url":null,"return_url":null"#),
        "608",
        "notify_url: is required, and so is return_url",
    );
    for field in ["notify_url", "return_url"] {
        for bad in ["shop.example", "javascript:alert(1)", "http://"] {
            let sentence = format!("{field}: must begin with http:// or https://");
            refused(&json(&format!(r#""{field}":"{bad}""#)), "608", &sentence);
        }
    }
}

#[test]
fn long_descriptions_are_kept_whole() {
    let (short, long) = ("é".repeat(200), "é".repeat(201));
    let request = read(&json(&format!(r#""description":"{short}""#)));
    assert_eq!((request.title, request.description), (short.clone(), None));
    let request = read(&json(&format!(r#""description":"{long}""#)));
    assert_eq!((request.title, request.description), (short, Some(long)));
    assert_eq!(read(&json(r##""description":"# / $ _ &""##)).title, "# / $ _ &");
}

#[test]
fn who_pays() {
    let request = read(&json(
        r#""customer_name":"Dje Bi","customer_surname":" Jean-Marc ","customer_email":"jm@example.org","customer_phone_number":"+2250707000001","customer_address":"Rue 12","customer_city":"Abidjan","customer_state":"AB","customer_zip_code":"00225","customer_country":"ci","customer_id":7"#,
    ));
    let text = |text: &str| Some(text.to_owned());
    let expected = Payer {
        family_name: text("Dje Bi"),
        given_name: text("Jean-Marc"),
        email: text("jm@example.org"),
        phone: Phone::parse("+2250707000001").ok(),
        address: text("Rue 12"),
        city: text("Abidjan"),
        state: text("AB"),
        zip_code: text("00225"),
        country: text("CI"),
        typed: Vec::new(),
    };
    assert_eq!(request.payer, expected);
    assert_eq!(request.echo.get("customer_id"), Some(&Value::from("7")));
    let trouble =
        opened(json(r#""customer_phone_number":"+22507000001""#).as_bytes()).err().expect("refused");
    assert!(
        trouble.sentence.starts_with("customer_phone_number: cannot exist: a phone number in Ivory Coast")
    );
    let request = read(&json(r#""customer_phone_number":"07 07 00 00 01","customer_country":"Togo""#));
    assert_eq!(request.payer, Payer::default());
    assert_eq!(request.echo.get("customer_phone_number"), Some(&Value::from("07 07 00 00 01")));
    assert_eq!(request.echo.get("customer_country"), Some(&Value::from("Togo")));
}

#[test]
fn the_merchants_own_words_are_kept() {
    for (written, expected) in [
        ("\"user=7\"", Some("user=7")),
        ("\"\"", Some("")),
        ("7", Some("7")),
        (r#"{"user": 7}"#, Some(r#"{"user": 7}"#)),
        ("null", None),
    ] {
        let request = read(&json(&format!(r#""metadata":{written}"#)));
        assert_eq!(request.echo.get("metadata").and_then(Value::as_str), expected, "{written}");
    }
}

#[test]
fn presentation_of_the_page() {
    use Channel::{Card, MobileMoney, Wallet};
    for (words, expected) in [
        ("MOBILE_MONEY", &[MobileMoney][..]),
        ("MOBILE_MONEY, WALLET", &[MobileMoney, Wallet]),
        ("wallet,credit_card,WALLET", &[Wallet, Card]),
    ] {
        let request = read(&json(&format!(r#""channels":"{words}""#)));
        assert_eq!(request.presentation.channels, expected, "{words}");
    }
    refused(
        &json(r#""channels":"CASH""#),
        "608",
        "channels: must be ALL, or some of MOBILE_MONEY, CREDIT_CARD and WALLET",
    );
    for (lang, expected) in [("fr", "fr"), ("EN", "en"), ("en_GB", "en"), ("pt", "fr")] {
        let language = read(&json(&format!(r#""lang":"{lang}""#))).presentation.language;
        assert_eq!(language.as_deref(), Some(expected), "{lang}");
    }
    let receipt = read(&json(r#""invoice_data":{"Seat":"4","Row":7,"x":null}"#)).presentation.receipt;
    assert_eq!(
        receipt.into_iter().collect::<Vec<_>>(),
        [("Row".to_owned(), "7".to_owned()), ("Seat".to_owned(), "4".to_owned())]
    );
    let sentence = "invoice_data: must have at most 3 lines";
    refused(&json(r#""invoice_data":{"a":"1","b":"2","c":"3","d":"4"}"#), "608", sentence);
}

#[test]
fn a_locked_number_must_be_one() {
    for good in ["+2250707000001", "0707000001", "07 07 00 00 01"] {
        let body = json(&format!(r#""lock_phone_number":true,"customer_phone_number":"{good}""#));
        assert!(read(&body).presentation.lock_phone);
    }
    for bad in ["null", "\"\"", "\"07\"", "\"none\""] {
        let body = json(&format!(r#""lock_phone_number":true,"customer_phone_number":{bad}"#));
        refused(&body, "624", "lock_phone_number: needs a valid customer_phone_number");
    }
}

#[test]
fn cards_alone_need_the_payers_particulars() {
    let all = r#""channels":"CREDIT_CARD","customer_name":"D","customer_surname":"J","customer_email":"j@example.org","customer_phone_number":"0707000001","customer_address":"Rue 12","customer_city":"Abidjan","customer_country":"US","customer_state":"NY","customer_zip_code":"0""#;
    assert_eq!(read(&json(all)).presentation.channels, [Channel::Card]);
    let vague = "customer_address: card payments need it, and customer_city";
    for (field, code) in [
        ("customer_name", "608"),
        ("customer_surname", "608"),
        ("customer_email", "608"),
        ("customer_phone_number", "608"),
        ("customer_address", "624"),
        ("customer_city", "624"),
        ("customer_country", "608"),
        ("customer_state", "608"),
        ("customer_zip_code", "608"),
    ] {
        let named = format!("{field}: is required for card payments");
        let sentence = if code == "624" { vague } else { &named };
        refused(&json(&format!(r#"{all},"{field}":null"#)), code, sentence);
    }
    refused(&json(r#""channels":"CREDIT_CARD""#), "624", vague);
    read(&json(r#""channels":"CREDIT_CARD, WALLET""#));
}

#[test]
fn questions() {
    let ask = |more: &str| {
        let body = format!(r#"{{"apikey":"k","site_id":1{more}}}"#);
        asked(body.as_bytes()).map(|(_, name)| name).map_err(|wrong| wrong.sentence)
    };
    let merchants = |text: &str| Ok(Name::Merchant(text.to_owned()));
    let token = |text: &str| Ok(Name::Token(text.to_owned()));
    for (more, expected) in [
        (r#","transaction_id":"T1""#, merchants("T1")),
        (r#","transaction_id":7,"token":"t""#, merchants("7")),
        (r#","transaction_id":null,"token":"t""#, token("t")),
        (r#","transaction_id":"","payment_token":"t""#, token("t")),
        (r#","token":null,"payment_token":"t""#, token("t")),
        ("", Err("transaction_id: or token is required".to_owned())),
    ] {
        assert_eq!(ask(more), expected, "{more}");
    }
    let long = format!(r#","token":"{}""#, "x".repeat(REFERENCE_BYTES + 1));
    assert_eq!(ask(&long), Err("transaction_id: is too long".to_owned()));
    let form = asked(b"apikey=k&site_id=445160&transaction_id=T1").expect("a form will do");
    assert_eq!(
        (form.0.apikey.as_str(), form.0.site_id.as_str(), form.1),
        ("k", "445160", merchants("T1").unwrap())
    );
    assert!(asked(b"apikey=k&transaction_id=T1").is_err());
}
