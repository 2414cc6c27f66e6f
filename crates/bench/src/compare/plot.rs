//! The comparison as bars in an SVG picture: narrow enough for a phone, on a ground of its own in a light and a dark colour.

use std::fmt::Write as _;

use super::Cell;
use super::subject::Subject;
use crate::figures::Figures;

const WIDTH: u64 = 360;
const MARGIN: u64 = 14;
/// Of a unit's heading, and of a subject's line with its bar below.
const HEADING: u64 = 38;
const SUBJECT: u64 = 36;
const BAR: u64 = 12;

const STYLE: &str = "text{font:13px system-ui,sans-serif;fill:#1f2328}.u{font-weight:600;font-size:15px}.n{text-anchor:end;\
font-variant-numeric:tabular-nums}.s{fill:#57606a;font-size:12px}.g{fill:#ffffff}.a{fill:#0b6e4f}.b{fill:#8c959f}.c{fill:#c9510c}\
.w{stroke:#1f2328;stroke-width:1.5}@media(prefers-color-scheme:dark){text{fill:#e6edf3}.s{fill:#9da7b3}.g{fill:#161b22}\
.a{fill:#3fb68b}.b{fill:#6e7681}.c{fill:#f0883e}.w{stroke:#e6edf3}}";

/// The picture.
pub(crate) fn svg(cells: &[Cell]) -> String {
    let (mut body, mut y, mut unit, mut most) = (String::new(), MARGIN, "", 1);
    for cell in cells {
        if cell.unit != unit {
            unit = cell.unit;
            let rates = cells.iter().filter(|other| other.unit == unit).flat_map(|other| &other.runs);
            most = rates.map(|run| run.per_second).max().unwrap_or(0).max(1);
            let text = y + 20;
            let _ = write!(
                body,
                r#"<text class="u" x="{MARGIN}" y="{text}">{unit}</text><text class="s n" x="{}" y="{text}">a second</text>"#,
                WIDTH - MARGIN
            );
            y += HEADING;
        }
        bar(&mut body, cell, y, most);
        y += SUBJECT;
    }
    let height = y + MARGIN;
    format!(
        r#"<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" width="{WIDTH}" height="{height}" role="img"><title>How often each does its work in a second</title><style>{STYLE}</style><rect class="g" width="{WIDTH}" height="{height}" rx="8"/>{body}</svg>
"#
    )
}

fn bar(body: &mut String, cell: &Cell, y: u64, most: u64) {
    let rates = [0, 500, 1000].map(|per_mille| Figures::over(&cell.runs, per_mille).per_second);
    let [least, median, highest] = rates.map(|rate| rate * (WIDTH - 2 * MARGIN) / most);
    let colour = match cell.subject {
        Subject::Guichet { .. } => "a",
        Subject::Express => "c",
        Subject::Floor(_) => "b",
    };
    let (text, top, middle) = (y + 10, y + 15, y + 15 + BAR / 2);
    let _ = write!(
        body,
        r#"<text x="{MARGIN}" y="{text}">{}</text><text class="n" x="{}" y="{text}">{}</text>"#,
        cell.subject.name(),
        WIDTH - MARGIN,
        grouped(rates[1])
    );
    let _ = write!(
        body,
        r#"<rect class="{colour}" x="{MARGIN}" y="{top}" width="{}" height="{BAR}" rx="2"/><line class="w" x1="{}" x2="{}" y1="{middle}" y2="{middle}"/>"#,
        median.max(1),
        MARGIN + least,
        MARGIN + highest
    );
}

/// 12345 as 12,345.
fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut shown = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            shown.push(',');
        }
        shown.push(digit);
    }
    shown
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_grouped() {
        for (number, expected) in [(0, "0"), (999, "999"), (1000, "1,000"), (12_345_678, "12,345,678")] {
            assert_eq!(grouped(number), expected);
        }
    }

    #[test]
    fn every_bar_stays_within_the_picture() {
        let mut cells = super::super::subject::cells(3);
        for (number, cell) in (1..).zip(&mut cells) {
            cell.runs = vec![Figures { per_second: number * 1000, ..Figures::default() }; 3];
        }
        let picture = svg(&cells);
        let numbers = |name: &str| -> Vec<u64> {
            let before = format!(" {name}=\"");
            let parts = picture.split(&before).skip(1);
            parts.filter_map(|part| part.split('"').next()?.parse().ok()).collect()
        };
        assert!(numbers("x2").iter().chain(&numbers("x")).all(|x| *x <= WIDTH - MARGIN));
        assert_eq!(picture.matches("class=\"w\"").count(), cells.len());
    }
}
