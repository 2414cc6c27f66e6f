//! A chart of bars, one for each day, drawn by the server: geometry in tenths of a unit, because there is no floating point here.

/// How wide the chart is for each bar, and how wide a bar is, in tenths.
const STEP: i64 = 100;
const WIDE: i64 = 70;

/// How high the chart is, in tenths.
const HIGH: i64 = 1_000;

/// A bar.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Bar {
    /// Where it begins, from the left.
    pub(super) x: String,
    /// Where it begins, from the top.
    pub(super) y: String,
    /// How high it is.
    pub(super) height: String,
    /// What it says.
    pub(super) told: String,
}

/// A chart of bars, the oldest first.
#[derive(Debug)]
pub(super) struct Chart {
    /// The bars; the last one is of a day that is not over.
    pub(super) bars: Vec<Bar>,
    /// What the upper line stands for, in the values' unit.
    pub(super) top: i64,
    /// How wide it is, in whole units.
    pub(super) width: i64,
}

impl Chart {
    /// The chart of these values, each with what it says.
    pub(super) fn of(values: Vec<(i64, String)>) -> Self {
        let top = round_above(values.iter().map(|(value, _)| *value).max().unwrap_or_default());
        let count = i64::try_from(values.len()).unwrap_or_default();
        let bar = |(at, (value, told)): (usize, (i64, String))| {
            let at = i64::try_from(at).unwrap_or_default();
            let share = i128::from(value.max(0)) * i128::from(HIGH) / i128::from(top.max(1));
            let height = i64::try_from(share).unwrap_or(HIGH).min(HIGH);
            let x = at * STEP + (STEP - WIDE) / 2;
            Bar { x: tenths(x), y: tenths(HIGH - height), height: tenths(height), told }
        };
        let bars = values.into_iter().enumerate().map(bar).collect();
        Chart { bars, top, width: count * STEP / 10 }
    }
}

fn tenths(tenths: i64) -> String {
    match tenths % 10 {
        0 => (tenths / 10).to_string(),
        rest => format!("{}.{rest}", tenths / 10),
    }
}

/// The next number that reads well and halves well.
fn round_above(most: i64) -> i64 {
    let mut power: i64 = 1;
    loop {
        for digit in [2, 4, 6, 8, 10] {
            match power.checked_mul(digit) {
                Some(round) if round >= most => return round,
                Some(_) => {}
                None => return i64::MAX,
            }
        }
        power = power.saturating_mul(10);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bars_stand_on_the_line_and_none_leaves_the_chart() {
        let chart = Chart::of(vec![(0, "a".into()), (50, "b".into()), (75, "c".into())]);
        assert_eq!((chart.top, chart.width), (80, 30));
        let geometry: Vec<_> =
            chart.bars.iter().map(|bar| (&*bar.x, &*bar.y, &*bar.height, &*bar.told)).collect();
        assert_eq!(
            geometry,
            [("1.5", "100", "0", "a"), ("11.5", "37.5", "62.5", "b"), ("21.5", "6.3", "93.7", "c")]
        );
        assert_eq!(Chart::of(vec![(i64::MAX, String::new())]).bars[0].y, "0");
        assert_eq!(Chart::of(Vec::new()).bars.len(), 0);
    }

    #[test]
    fn the_upper_line_reads_well() {
        for (most, top) in [(0, 2), (2, 2), (3, 4), (9, 10), (11, 20), (68_500, 80_000), (393_000, 400_000)] {
            assert_eq!(round_above(most), top);
        }
    }
}
