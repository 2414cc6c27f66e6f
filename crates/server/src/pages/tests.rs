//! Every page in every language and state: complete, small, safe, and readable by the browser's rules.

use guichet_core::{Currency, Money, PayerField};

use super::*;

fn money(minor: i64) -> Money {
    Money::new(minor, Currency::DZD)
}

/// A shop that says everything that it may.
fn shop(language: Language) -> Shop {
    let name = match language {
        Language::Fr => "Épicerie du Phare",
        Language::Ar => "متجر المنارة",
        Language::En => "Lighthouse Grocery",
    };
    let some = |text: &str| Some(text.to_owned());
    Shop {
        name: name.into(),
        test_mode: true,
        quiet: false,
        settings: PageSettings {
            time_zone: some("Africa/Algiers"),
            phone: some("+213555000001"),
            whatsapp: some("+213555000002"),
            email: some("boutique@phare.example"),
            logo: None,
            color: some("#7a1f3d"),
        },
    }
}

fn checkout(language: Language) -> CheckoutPage {
    let choice = |account: &str, label: &str, how: &str| Choice {
        account: account.into(),
        label: label.into(),
        how: how.into(),
        chosen: account == "acc_1",
        fields: Vec::new(),
    };
    CheckoutPage {
        language,
        shop: shop(language),
        order_title: "2 paniers de légumes".into(),
        reference: "CMD-2026-00417".into(),
        money: money(1_250_000),
        items: vec![
            ("Panier de légumes".into(), 2, money(1_100_000)),
            ("Livraison à Bab El Oued".into(), 1, money(150_000)),
        ],
        seconds_left: 893,
        choices: vec![
            choice("acc_1", "Carte CIB / Edahabia", "Carte CIB ou EDAHABIA"),
            choice("acc_2", "Mobile money", "Orange Money, MTN, Moov, Wave ou carte bancaire"),
            choice("acc_3", "Cash", "Espèces, à la livraison"),
        ],
        notice: None,
        form_action: "/checkout/tok_abc".into(),
        status_url: "/status/tok_abc".into(),
    }
}

/// The longest address of a page that is likely.
const ADDRESS: &str = "https://paiement.epicerie-du-phare.example/status/01kaqwm3v0e9r8t7y6v5w4x3z2abcdefghijklmnopqrstuvwxyz234567?stay";

fn way_back(after_s: Option<u32>) -> WayBack {
    WayBack {
        address: "https://shop.example/thanks".into(),
        posted: Vec::new(),
        plain_address: "https://shop.example/thanks".into(),
        after_s,
    }
}

fn status(language: Language, state: StatusState) -> StatusPage {
    let like = checkout(language);
    let paid = matches!(state, StatusState::Paid | StatusState::Fulfilled);
    StatusPage {
        language,
        shop: like.shop,
        order_title: like.order_title,
        reference: like.reference,
        money: like.money,
        parts: Vec::new(),
        state,
        since_ms: 1_769_864_700_000,
        receipt: paid.then(|| Receipt {
            paid_with: Some("Carte CIB / Edahabia".into()),
            paid_from: Some("+213…39".into()),
            charged: Some(money(1_260_000)),
            refunded: vec![money(100_000)],
            transaction: Some("MP220915.2257.A76307".into()),
            qr: Qr::of(ADDRESS),
        }),
        seconds_left: 893,
        can_check: true,
        check_action: "/status/tok_abc/check".into(),
        live_url: "/status/tok_abc/live?lang=fr".into(),
        pay_url: Some("/checkout/tok_abc".into()),
        way_back: Some(way_back(paid.then_some(5))),
        reload_s: 10,
        stays: false,
        shown: String::new(),
    }
}

const STATES: [(&str, StatusState); 12] = [
    ("unpaid", StatusState::Unpaid),
    ("by_hand", StatusState::ByHand),
    ("waiting", StatusState::Waiting { processing: false }),
    ("processing", StatusState::Waiting { processing: true }),
    ("failed", StatusState::Failed { why: None, may_retry: true }),
    ("declined", StatusState::Failed { why: Some(Why::Declined), may_retry: true }),
    ("final", StatusState::Failed { why: Some(Why::Unclear), may_retry: false }),
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
            page.shop = Shop { name: "Phare".into(), ..Shop::default() };
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
    let mut status = status(Language::En, StatusState::Paid);
    for field in [&mut checkout.shop.name, &mut checkout.order_title, &mut checkout.reference] {
        *field = evil.into();
    }
    for field in [&mut checkout.form_action, &mut checkout.status_url, &mut checkout.choices[0].label] {
        *field = evil.into();
    }
    for field in [&mut status.order_title, &mut status.live_url, &mut status.check_action] {
        *field = evil.into();
    }
    let settings = &mut status.shop.settings;
    for field in [&mut settings.phone, &mut settings.whatsapp, &mut settings.email, &mut settings.logo] {
        *field = Some(evil.into());
    }
    status.pay_url = Some(evil.into());
    if let Some(receipt) = &mut status.receipt {
        (receipt.paid_with, receipt.paid_from) = (Some(evil.into()), Some(evil.into()));
    }
    status.way_back = Some(WayBack {
        address: evil.into(),
        posted: vec![("a", evil.into())],
        plain_address: evil.into(),
        after_s: Some(5),
    });
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
    for (_, language, html) in every_page() {
        let hashes = [inline(&html, "style"), inline(&html, "script")].concat();
        assert!(!hashes.is_empty());
        let policy = content_security_policy(Some(&shop(language)));
        assert!(hashes.iter().all(|hash| policy.contains(hash.as_str())));
    }
    let others = [("openapi/ours.json".to_owned(), "Another's".to_owned())];
    let docs = DocsPage { title: "Guichet", version: "1", description: "<b>", others: &others }.html();
    assert!(docs.contains("&#60;b&#62;") && docs.ends_with("</html>"), "{docs}");
    let scripts = inline(&docs, "script");
    assert_eq!(scripts.len(), 1);
    assert!(docs_security_policy().contains(&scripts[0]));
}

#[test]
fn the_policy_names_the_logo_that_is_elsewhere() {
    let policy_with = |logo: &str| {
        let mut shop = shop(Language::Fr);
        shop.settings.logo = Some(logo.to_owned());
        content_security_policy(Some(&shop))
    };
    assert!(
        policy_with("https://phare.example/l.svg?v=2")
            .contains("img-src 'self' data: https://phare.example/l.svg;")
    );
    assert!(policy_with("data:image/png;base64,AAAA").contains("img-src 'self' data: ;"));
}

/// What each state offers: paying first or second, the countdown, Check, the script's looks, and whether the
/// page reloads itself without JavaScript.
#[test]
fn each_state_offers_what_makes_sense_there() {
    let table = [
        ("unpaid", "first", true, true, 20, ""),
        ("by_hand", "second", false, false, 0, ""),
        ("waiting", "second", true, true, 4, "10"),
        ("processing", "", true, true, 4, "10"),
        ("failed", "first", true, true, 20, ""),
        ("declined", "first", true, true, 20, ""),
        ("final", "", false, true, 20, ""),
        ("paid", "", false, false, 0, "5;url=https://shop.example/thanks"),
        ("fulfilled", "", false, false, 0, "5;url=https://shop.example/thanks"),
        ("expired", "", false, true, 20, ""),
        ("cancelled", "", false, false, 0, ""),
        ("review", "", false, true, 20, ""),
    ];
    for ((name, state), (named, pays, counts, checks, every, refresh)) in STATES.into_iter().zip(table) {
        assert_eq!(name, named);
        let html = status(Language::Fr, state).render();
        let has = |text: &str| html.contains(text);
        let shown = if has(r#"<a class="button" href="/checkout/tok_abc">"#) {
            "first"
        } else if has(r#"<a class="button quiet" href="/checkout/tok_abc">"#) {
            "second"
        } else {
            ""
        };
        assert_eq!(shown, pays, "{name}");
        assert_eq!(has(r#"id="left""#), counts, "{name}: countdown");
        assert_eq!(has(r#"action="/status/tok_abc/check""#), checks, "{name}: check");
        assert!(has(&format!(r#"data-every="{every}""#)), "{name}: looks");
        let meta =
            html.split(r#"http-equiv="refresh" content=""#).nth(1).and_then(|rest| rest.split('"').next());
        assert_eq!(meta.unwrap_or_default(), refresh, "{name}: refresh");
        assert_eq!(has(r#"id="after">5<"#), name == "paid" || name == "fulfilled", "{name}: goes on");
        assert_eq!(has("<svg class=\"qr\""), name == "paid" || name == "fulfilled", "{name}: receipt");
    }
    let mut nobody = status(Language::Fr, StatusState::Waiting { processing: false });
    nobody.can_check = false;
    assert!(!nobody.render().contains("/check\""), "nobody can be asked");
}

#[test]
fn whoever_stays_is_not_led_away() {
    let mut page = status(Language::En, StatusState::Paid);
    assert!(page.render().contains(r#"href="?lang=ar" "#) && page.render().contains(r#"href="?stay""#));
    (page.stays, page.way_back) = (true, Some(way_back(None)));
    let html = page.render();
    assert!(
        html.contains(r#"href="?lang=ar&amp;stay""#) || html.contains(r#"href="?lang=ar&#38;stay""#),
        "{html}"
    );
    assert!(
        !html.contains("refresh") && !html.contains(r#"id="after""#) && !html.contains(r#"href="?stay""#)
    );
}

/// The time alone changes nothing; all that a customer can see does.
#[test]
fn what_is_shown_has_a_fingerprint() {
    let waiting = status(Language::Fr, StatusState::Waiting { processing: false });
    let same = StatusPage { seconds_left: 12, reload_s: 60, ..waiting.clone() };
    assert_eq!(waiting.shown(), same.shown());
    let others = [
        StatusPage { state: StatusState::Waiting { processing: true }, ..waiting.clone() },
        StatusPage { money: money(5), ..waiting.clone() },
        StatusPage { way_back: None, ..waiting.clone() },
        StatusPage { can_check: false, ..waiting.clone() },
        StatusPage { language: Language::Ar, ..waiting.clone() },
        status(Language::Fr, StatusState::Paid),
    ];
    for other in &others {
        assert_ne!(waiting.shown(), other.shown(), "{:?}", other.state);
    }
    assert!(waiting.render().contains(&format!(r#"data-shown="{}""#, waiting.shown())));
}

/// A label that says how one pays is not followed by the same again; no gateway's name is.
#[test]
fn under_a_label_stands_how_one_pays_there() {
    let html = checkout(Language::Fr).render();
    assert!(html.contains("<small><bdi>Orange Money, MTN, Moov, Wave ou carte bancaire</bdi></small>"));
    assert!(
        !html.contains("<bdi>Carte CIB ou EDAHABIA</bdi>")
            && html.contains("<bdi>Carte CIB / Edahabia</bdi>")
    );
    assert!(html.contains("class=\"soft times\">×\u{a0}2</bdi>"), "a quantity does not break");
    assert!(html.contains("12\u{a0}500\u{a0}DA") && !html.contains("DZD"));
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
