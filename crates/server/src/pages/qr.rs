//! A QR code (ISO/IEC 18004) of a page's own address, drawn as one SVG path, so that a receipt on paper leads
//! back to its page.

use std::fmt::Write as _;

use qrcode::{Color, EcLevel, QrCode};

/// A code, ready to be drawn.
#[derive(Clone, Debug)]
pub(crate) struct Qr {
    /// The width of the drawing in modules, with the white margin that scanners need.
    pub(crate) width: usize,
    /// The dark modules: horizontal strokes of one module's width, row by row.
    pub(crate) path: String,
}

/// The white margin on every side, in modules, as the standard demands.
const MARGIN: usize = 4;

impl Qr {
    /// The code of a text; `None` where it is too long for one.
    pub(crate) fn of(text: &str) -> Option<Qr> {
        let code = QrCode::with_error_correction_level(text, EcLevel::L).ok()?;
        let (width, colours) = (code.width(), code.to_colors());
        let mut path = String::new();
        for (row, modules) in colours.chunks(width).enumerate() {
            // Writing to a text does not fail.
            let _ = write!(path, "M{MARGIN} {}.5", row + MARGIN);
            let runs = modules.chunk_by(|one, next| one == next).map(|run| (run[0], run.len()));
            let mut runs = runs.peekable();
            while let Some((colour, length)) = runs.next() {
                match colour {
                    Color::Dark => _ = write!(path, "h{length}"),
                    Color::Light if runs.peek().is_some() => _ = write!(path, "m{length} 0"),
                    Color::Light => {}
                }
            }
        }
        Some(Qr { width: width + 2 * MARGIN, path })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Draws the path again and compares it with the code, module by module.
    #[test]
    fn the_path_is_the_code() {
        let text = "https://pay.shop.example/status/01kaqwm3v0e9r8t7y6v5w4x3z2abcdefghijklmn";
        let qr = Qr::of(text).expect("short enough");
        let code = QrCode::with_error_correction_level(text, EcLevel::L).expect("a code");
        let mut drawn = vec![Color::Light; code.width() * code.width()];
        for (row, line) in qr.path.split('M').skip(1).enumerate() {
            let mut at = 0;
            let start = format!("{MARGIN} {}.5", row + MARGIN);
            let strokes = line.strip_prefix(&start).expect("the row's beginning");
            for stroke in strokes.replace(" 0", "").replace('h', " h").replace('m', " m").split(' ').skip(1) {
                let length: usize = stroke[1..].parse().expect("a length");
                if stroke.starts_with('h') {
                    drawn[row * code.width() + at..][..length].fill(Color::Dark);
                }
                at += length;
            }
        }
        assert_eq!(drawn, code.to_colors());
        assert_eq!(qr.width, code.width() + 8);
        assert!(qr.path.len() < 2600, "{} bytes", qr.path.len());
        assert!(Qr::of(&"x".repeat(3000)).is_none());
    }
}
