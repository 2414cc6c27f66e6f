//! Every page in every language and state: complete, small, safe, and readable by the browser's rules.

use guichet_core::PayerField;

use super::*;

fn checkout(language: Language) -> CheckoutPage {
    let choice = |account: &str, gateway: &str, label: &str| Choice {
        account: account.into(),
        gateway: gateway.into(),
        label: label.into(),
        chosen: account == "acc_1",
        fields: Vec::new(),
    };
    let name = match language {
        Language::Fr => "Épicerie du Phare",
        Language::Ar => "متجر المنارة",
        Language::En => "Lighthouse Grocery",
    };
    CheckoutPage {
        language,
        merchant_name: name.into(),
        order_title: "2 paniers de légumes".into(),
        reference: "CMD-2026-00417".into(),
        amount: "12500.00".into(),
        currency: "DZD".into(),
        items: vec![
            ("Panier de légumes".into(), 2, "11000.00".into()),
            ("Livraison à Bab El Oued".into(), 1, "1500.00".into()),
        ],
        test_mode: true,
        seconds_left: 893,
        choices: vec![
            choice("acc_1", "OCPay", "Carte CIB / Edahabia"),
            choice("acc_2", "CinetPay", "Orange Money, MTN, Moov"),
            choice("acc_3", "cash", "Cash"),
        ],
        notice: None,
        form_action: "/checkout/tok_abc".into(),
        status_url: "/status/tok_abc".into(),
    }
}

fn status(language: Language, state: StatusState) -> StatusPage {
    let like = checkout(language);
    StatusPage {
        language,
        merchant_name: like.merchant_name,
        order_title: like.order_title,
        reference: like.reference,
        amount: like.amount,
        currency: like.currency,
        test_mode: true,
        state,
        version: 4,
        seconds_left: 893,
        check_action: "/status/tok_abc/check".into(),
        live_url: "/status/tok_abc/live".into(),
        checkout_url: Some("/checkout/tok_abc".into()),
        way_back: Some(WayBack { address: "https://shop.example/thanks".into(), posted: Vec::new() }),
        updated_at: "2026-01-31 14:05".into(),
    }
}

const STATES: [(&str, StatusState); 8] = [
    ("waiting", StatusState::Waiting { processing: false }),
    ("processing", StatusState::Waiting { processing: true }),
    ("failed", StatusState::Failed),
    ("paid", StatusState::Paid),
    ("fulfilled", StatusState::Fulfilled),
    ("expired", StatusState::Expired),
    ("cancelled", StatusState::Cancelled),
    ("review", StatusState::Review),
];

const NOTICES: [Option<Notice>; 7] = [
    None,
    Some(Notice::PaymentFailed),
    Some(Notice::GatewayBusy),
    Some(Notice::NotAvailable),
    Some(Notice::AnswerLost),
    Some(Notice::Undecided),
    Some(Notice::FillIn),
];

const PROBLEMS: [(&str, ProblemKind); 2] =
    [("not_found", ProblemKind::NotFound), ("trouble", ProblemKind::Trouble)];

/// Every field that a gateway may need of the customer, with something wrong in each.
fn every_field() -> Vec<AskedField> {
    let plan = guichet_core::NumberingPlan::of_country("CD").unwrap();
    let mistakes = [
        None,
        Some(Mistake::Missing),
        Some(Mistake::NoEmail),
        Some(Mistake::NoSuchPhone(plan)),
        Some(Mistake::NotALine),
        Some(Mistake::NotTaken),
        Some(Mistake::NoPhone),
        None,
        Some(Mistake::NoCountry),
    ];
    let field = |(field, mistake): (&PayerField, Option<Mistake>)| AskedField {
        field: *field,
        value: "+225 07\"><script>alert('x')</script>".to_owned(),
        example: if *field == PayerField::Phone { "+2250701020304" } else { "" },
        mistake,
    };
    PayerField::ALL.iter().zip(mistakes).map(field).collect()
}

/// Every customer page once, by a name.
fn every_page() -> Vec<(String, Language, String)> {
    let mut pages = Vec::new();
    for language in Language::ALL {
        let code = language.code();
        for (at, notice) in NOTICES.into_iter().enumerate() {
            let mut page = checkout(language);
            page.notice = notice;
            pages.push((format!("checkout_{at}_{code}"), language, page.render()));
        }
        for kept in [0, 1] {
            let mut page = checkout(language);
            page.choices.truncate(kept);
            page.test_mode = false;
            page.items.clear();
            pages.push((format!("checkout_choices_{kept}_{code}"), language, page.render()));
        }
        for kept in [1, 3] {
            let mut page = checkout(language);
            page.choices.truncate(kept);
            page.choices[0].fields = every_field();
            pages.push((format!("checkout_fields_{kept}_{code}"), language, page.render()));
        }
        let mut late = checkout(language);
        late.seconds_left = 0;
        pages.push((format!("checkout_late_{code}"), language, late.render()));
        for (name, state) in STATES {
            pages.push((format!("status_{name}_{code}"), language, status(language, state).render()));
        }
        for (name, kind) in PROBLEMS {
            let again_url = (kind != ProblemKind::NotFound).then(|| "/".to_owned());
            let page = ProblemPage { language, kind, again_url };
            pages.push((format!("problem_{name}_{code}"), language, page.render()));
        }
    }
    pages
}

/// What a browser would fetch by itself, or run from elsewhere.
fn loads_from_elsewhere(html: &str) -> bool {
    let html = html.replace("xmlns='http://www.w3.org/2000/svg'", "");
    let loads = ["src=", "@import", "url(", "<iframe", "<object", "<embed", "srcset="];
    let linked = html.matches("<link").count() != html.matches(r#"<link rel="icon" href="data:"#).count();
    linked || loads.iter().any(|load| html.contains(load))
}

#[test]
fn every_page_is_complete_and_small() {
    for (name, language, html) in every_page() {
        assert!(html.starts_with("<!doctype html>") && html.trim_end().ends_with("</html>"), "{name}");
        assert!(html.len() < 15_000, "{name} has {} bytes", html.len());
        assert!(html.contains(&format!(r#"lang="{}" dir="{}""#, language.code(), language.dir())), "{name}");
        assert!(!loads_from_elsewhere(&html), "{name} loads from elsewhere");
        let forbidden = ["style=\"", "onclick=", "onload=", "onsubmit=", "javascript:"];
        assert!(!forbidden.iter().any(|part| html.contains(part)), "{name} has what the policy forbids");
        assert_eq!(html.matches("<h1>").count(), 1, "{name}");
    }
}

#[test]
fn arabic_runs_right_to_left() {
    let page = status(Language::Ar, StatusState::Paid).render();
    assert!(page.contains(r#"<html lang="ar" dir="rtl">"#) && page.contains("تم الدفع"));
}

#[test]
fn what_others_wrote_is_escaped() {
    let evil = "<script>alert('x')</script>\"&";
    let mut checkout = checkout(Language::En);
    let mut status = status(Language::En, StatusState::Failed);
    for field in [&mut checkout.merchant_name, &mut checkout.order_title, &mut checkout.reference] {
        *field = evil.into();
    }
    for field in [&mut checkout.form_action, &mut checkout.status_url, &mut checkout.choices[0].label] {
        *field = evil.into();
    }
    for field in
        [&mut status.order_title, &mut status.live_url, &mut status.check_action, &mut status.updated_at]
    {
        *field = evil.into();
    }
    status.way_back = Some(WayBack { address: evil.into(), posted: vec![("a", evil.into())] });
    checkout.items[0].0 = evil.into();
    for html in [checkout.render(), status.render()] {
        assert!(!html.contains("<script>alert") && !html.contains("\"&\""));
        assert!(html.contains("&#60;script&#62;alert"));
    }
}

#[test]
fn the_policy_covers_what_is_inline() {
    let inline = |html: &str, tag: &str| -> Vec<String> {
        html.split(&format!("<{tag}>"))
            .skip(1)
            .filter_map(|rest| rest.split(&format!("</{tag}>")).next().map(source_hash))
            .collect()
    };
    for (_, _, html) in every_page() {
        let hashes = [inline(&html, "style"), inline(&html, "script")].concat();
        assert!(!hashes.is_empty());
        assert!(hashes.iter().all(|hash| content_security_policy().contains(hash.as_str())));
    }
    let docs = DocsPage { title: "Guichet", version: "1", description: "<b>" }.html();
    assert!(docs.contains("&#60;b&#62;") && docs.ends_with("</html>"), "{docs}");
    let scripts = inline(&docs, "script");
    assert_eq!(scripts.len(), 1);
    assert!(docs_security_policy().contains(&scripts[0]));
}

#[test]
fn without_script_it_reloads_while_waiting_only() {
    for (name, state) in STATES {
        let html = status(Language::Fr, state).render();
        let reloads = html.contains(r#"<noscript><meta http-equiv="refresh" content="10"></noscript>"#);
        assert_eq!(reloads, matches!(state, StatusState::Waiting { .. }), "{name}");
        let pays = html.contains(r#"href="/checkout/tok_abc""#);
        assert_eq!(pays, ["waiting", "failed"].contains(&name), "{name}");
    }
}

#[test]
fn one_way_to_pay_is_one_button() {
    let mut page = checkout(Language::Fr);
    assert_eq!(page.render().matches(r#"type="radio""#).count(), 3);
    page.choices.truncate(1);
    let html = page.render();
    assert!(html.contains(r#"<input type="hidden" name="account" value="acc_1">"#));
    assert!(!html.contains(r#"type="radio""#));
    page.seconds_left = -5;
    assert!(!page.render().contains("<form"));
}

#[test]
fn a_field_says_what_a_number_looks_like() {
    let mut page = checkout(Language::Fr);
    let plan = guichet_core::NumberingPlan::of_country("CI").unwrap();
    let field = |mistake| AskedField {
        field: PayerField::Phone,
        value: "07 00 00 01".to_owned(),
        example: plan.example,
        mistake,
    };
    for (choices, mistake, expected, required) in [
        (1, None, "Par exemple \u{2066}+2250701020304\u{2069}", true),
        (2, None, "Par exemple", false),
        (
            2,
            Some(Mistake::NoSuchPhone(plan)),
            "après \u{2066}+225\u{2069} viennent 10 chiffres, comme \u{2066}+2250701020304\u{2069}.",
            false,
        ),
        (2, Some(Mistake::NoPhone), "avec + et l’indicatif du pays, comme", false),
    ] {
        page.choices = checkout(Language::Fr).choices;
        page.choices.truncate(choices);
        page.choices[0].fields = vec![field(mistake)];
        let html = page.render();
        assert!(html.contains(expected), "{html}");
        let input = html.split("<input name=\"acc_1.phone\"").nth(1).unwrap().split('>').next().unwrap();
        assert!(input.contains(r#" type="tel" autocomplete="tel""#), "{input}");
        assert!(input.contains(r#"value="07 00 00 01" dir="ltr""#), "{input}");
        assert_eq!(input.contains(" required"), required, "{input}");
        assert_eq!(input.contains("aria-invalid"), mistake.is_some(), "{input}");
    }
}

#[test]
fn clock_faces() {
    let table =
        [(-4, "00:00"), (0, "00:00"), (59, "00:59"), (893, "14:53"), (3600, "1:00:00"), (90061, "25:01:01")];
    for (seconds, face) in table {
        assert_eq!(clock_face(seconds), face);
    }
}

/// Leaves the pages where a person can open them: `GUICHET_PAGES_DIR=/some/dir cargo test`.
#[test]
fn pages_to_look_at() {
    let Ok(dir) = std::env::var("GUICHET_PAGES_DIR") else { return };
    for (name, _, html) in every_page() {
        std::fs::write(format!("{dir}/{name}.html"), html).unwrap();
    }
}
