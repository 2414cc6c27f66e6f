//! The shop's colour on its pages. Whatever it is, it is shaded until what is drawn in it stands out from the
//! paper, and what is written on it is white or black, whichever reads better. Contrast is WCAG's.

use std::fmt::Write as _;

/// A colour: red, green and blue.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Colour([u8; 3]);

/// The paper of a page by day and by night, as `style.css` has it.
const PAPER: Colour = Colour([0xff, 0xff, 0xff]);
const NIGHT_PAPER: Colour = Colour([0x15, 0x21, 0x1f]);
const WHITE: Colour = Colour([0xff; 3]);
const BLACK: Colour = Colour([0; 3]);

/// WCAG's least contrast of what is drawn, times 100.
const DRAWN: i64 = 300;

impl Colour {
    /// Reads `#rrggbb`.
    pub(super) fn parse(text: &str) -> Option<Colour> {
        let digits = text.strip_prefix('#').filter(|digits| digits.len() == 6)?;
        if !digits.bytes().all(|byte| byte.is_ascii_hexdigit()) {
            return None;
        }
        let number = u32::from_str_radix(digits, 16).ok()?.to_be_bytes();
        Some(Colour([number[1], number[2], number[3]]))
    }

    /// The style that puts a shop's pages into its colour, by day and by night.
    pub(super) fn style(self) -> String {
        let (day, night) = (self.against(PAPER), self.against(NIGHT_PAPER));
        format!(
            ":root{{{}}}@media(prefers-color-scheme:dark){{:root{{{}}}}}",
            day.properties(),
            night.properties()
        )
    }

    fn properties(self) -> String {
        let (own, on) = (self.hex(), self.ink().hex());
        format!("--head:{own};--onhead:{on};--mark:{on};--button:{own};--on:{on}")
    }

    pub(super) fn hex(self) -> String {
        self.0.iter().fold(String::from("#"), |mut text, part| {
            // Writing to a text does not fail.
            let _ = write!(text, "{part:02x}");
            text
        })
    }

    /// The nearest shade of it that stands out from that paper.
    fn against(self, paper: Colour) -> Colour {
        let towards = paper.ink();
        let shades = (0..=20).map(|twentieths| self.mixed(towards, twentieths));
        shades.into_iter().find(|shade| shade.contrast(paper) >= DRAWN).unwrap_or(towards)
    }

    /// What is written on it: white or black.
    fn ink(self) -> Colour {
        if self.contrast(WHITE) >= self.contrast(BLACK) { WHITE } else { BLACK }
    }

    fn mixed(self, other: Colour, twentieths: u16) -> Colour {
        let mix = |own: u8, other: u8| {
            let sum = u16::from(own) * (20 - twentieths) + u16::from(other) * twentieths;
            u8::try_from(sum / 20).unwrap_or(u8::MAX)
        };
        let ([r, g, b], [to_r, to_g, to_b]) = (self.0, other.0);
        Colour([mix(r, to_r), mix(g, to_g), mix(b, to_b)])
    }

    /// WCAG's contrast ratio, times 100.
    fn contrast(self, other: Colour) -> i64 {
        let (one, two) = (self.luminance(), other.luminance());
        let (light, dark) = (one.max(two), one.min(two));
        (light + 50_000) * 100 / (dark + 50_000)
    }

    /// WCAG's relative luminance, in millionths.
    fn luminance(self) -> i64 {
        let [r, g, b] = self.0.map(linear);
        (212_600 * r + 715_200 * g + 72_200 * b) / 1_000_000
    }
}

/// How much light a part of a colour gives, in millionths. A cubic through sRGB's curve, which is nowhere more
/// than 0.4 % of full light away from it, so that no floating point is needed.
fn linear(part: u8) -> i64 {
    let part = i64::from(part);
    12_523 * part / 255
        + 682_171 * part * part / (255 * 255)
        + 305_306 * part * part * part / (255 * 255 * 255)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn contrasts_are_those_of_wcag() {
        let table = [
            ("#000000", "#ffffff", 2_100),
            ("#777777", "#ffffff", 448),
            ("#0c4a45", "#ffffff", 1_010),
            ("#f2b632", "#15211f", 900),
            ("#ff0000", "#ffffff", 400),
            ("#0000ff", "#ffffff", 859),
        ];
        for (one, two, expected) in table {
            let found = Colour::parse(one).unwrap().contrast(Colour::parse(two).unwrap());
            assert!((found - expected).abs() <= expected / 20, "{one} on {two}: {found}, not {expected}");
        }
    }

    /// Of some 5000 colours none leaves a page that cannot be read.
    #[test]
    fn every_colour_can_be_read_by_day_and_by_night() {
        let steps = (0..=255_u8).step_by(15);
        for (r, g, b) in steps.clone().flat_map(|r| {
            let steps = steps.clone();
            steps.clone().flat_map(move |g| steps.clone().map(move |b| (r, g, b)))
        }) {
            for paper in [PAPER, NIGHT_PAPER] {
                let shade = Colour([r, g, b]).against(paper);
                assert!(shade.contrast(paper) >= DRAWN, "{} on paper", shade.hex());
                assert!(shade.contrast(shade.ink()) >= 455, "words on {}", shade.hex());
            }
        }
    }

    #[test]
    fn a_colour_that_stands_out_is_kept() {
        let wine = Colour::parse("#7a1f3d").unwrap();
        assert_eq!(wine.against(PAPER), wine);
        assert_ne!(wine.against(NIGHT_PAPER), wine);
        for wrong in ["", "red", "#fff", "7a1f3d", "#7a1f3g", "#7a1f3d00", "#é1f3d"] {
            assert_eq!(Colour::parse(wrong), None, "{wrong}");
        }
    }
}
