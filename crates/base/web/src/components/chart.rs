//! Charts, drawn as SVG on the server: no script, no inline style. What is drawn stands beside it as a table for whoever does not see it.

use maud::{Markup, html};

/// A bar of a histogram.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bar {
    /// Where it begins on the axis.
    pub at: u32,
    /// How high it is.
    pub value: u32,
    /// What stands beside the value in the table: `08:00`.
    pub label: String,
}

/// A mark on the axis: the bell.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChartLine {
    /// Where on the axis.
    pub at: u32,
    /// What it is.
    pub label: String,
}

/// A histogram over an axis, with marks on it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Histogram {
    /// What it shows, in a sentence.
    pub title: String,
    /// The head of the first column of the table: what the axis is.
    pub axis: String,
    /// The head of the second: what is counted.
    pub counted: String,
    /// The beginning and the end of the axis.
    pub span: (u32, u32),
    /// The width of a bar on the axis.
    pub step: u32,
    /// The bars, in order. Those outside of the axis are left out.
    pub bars: Vec<Bar>,
    /// Marks on the axis.
    pub lines: Vec<ChartLine>,
    /// Words under the axis.
    pub ticks: Vec<ChartLine>,
    /// What opens the table.
    pub table: String,
}

const HEIGHT: u32 = 220;
const FOOT: u32 = 22;
const HEAD: u32 = 34;

/// One drawing of a chart. There are two, since words of an SVG shrink with it: the styles show the one that fits.
#[derive(Clone, Copy)]
struct Frame {
    class: &'static str,
    width: u32,
    /// Every how many words under the axis there is room for one.
    ticks: usize,
}

const FRAMES: [Frame; 2] =
    [Frame { class: "chart-wide", width: 720, ticks: 1 }, Frame { class: "chart-narrow", width: 330, ticks: 2 }];

impl Histogram {
    /// The place on the axis, in tenths of the drawing's units.
    fn x(&self, frame: Frame, at: u32) -> u32 {
        let (from, until) = self.span;
        let length = u64::from(until.saturating_sub(from).max(1));
        (u64::from(at.saturating_sub(from)) * u64::from(frame.width) * 10 / length) as u32
    }

    fn inside(&self, at: u32) -> bool {
        (self.span.0..self.span.1).contains(&at)
    }

    /// The chart and its table.
    pub fn draw(&self) -> Markup {
        let bars: Vec<&Bar> = self.bars.iter().filter(|bar| self.inside(bar.at)).collect();
        html! {
            figure .chart {
                @for frame in FRAMES { (self.drawing(frame, &bars)) }
                @if !bars.is_empty() {
                    details .chart-table {
                        summary { (self.table) }
                        table .table {
                            caption .unseen { (self.title) }
                            thead { tr { th scope="col" { (self.axis) } th scope="col" .num { (self.counted) } } }
                            tbody { @for bar in &bars { tr { td { (bar.label) } td .num { (bar.value) } } } }
                        }
                    }
                }
            }
        }
    }

    fn drawing(&self, frame: Frame, bars: &[&Bar]) -> Markup {
        let most = bars.iter().map(|bar| bar.value).max().unwrap_or(0);
        let tall = HEIGHT - FOOT - HEAD;
        let height = |value: u32| (u64::from(value) * u64::from(tall) / u64::from(most.max(1))) as u32;
        let width = self.x(frame, self.span.0 + self.step).saturating_sub(10).max(10);
        let tenths = |tenths: u32| format!("{}.{}", tenths / 10, tenths % 10);
        let x = |at| self.x(frame, at);
        let lines: Vec<_> = self.lines.iter().filter(|line| self.inside(line.at)).collect();
        let ticks = self.ticks.iter().filter(|tick| self.inside(tick.at)).step_by(frame.ticks);
        html! {
            svg class=(frame.class) viewBox=(format!("0 0 {} {HEIGHT}", frame.width)) role="img" aria-label=(self.title) {
                @for value in scale(most) {
                    line .chart-grid x1="0" y1=(HEIGHT - FOOT - height(value)) x2=(frame.width) y2=(HEIGHT - FOOT - height(value)) {}
                    text .chart-tick x=(frame.width) y=(HEIGHT - FOOT - height(value) - 3) text-anchor="end" { (value) }
                }
                line .chart-base x1="0" y1=(HEIGHT - FOOT) x2=(frame.width) y2=(HEIGHT - FOOT) {}
                @for bar in bars {
                    rect .chart-bar x=(tenths(x(bar.at))) y=(HEIGHT - FOOT - height(bar.value)) width=(tenths(width)) height=(height(bar.value)) rx="1.5" {}
                }
                @for (index, line) in lines.iter().enumerate() {
                    line .chart-line x1=(tenths(x(line.at))) y1=(HEAD - 12) x2=(tenths(x(line.at))) y2=(HEIGHT - FOOT) {}
                    // One below the other by turns, so that marks that stand close can be read.
                    text .chart-word x=(tenths(x(line.at))) y=(if index % 2 == 0 { 11 } else { 24 }) text-anchor=(anchor(frame, x(line.at), &line.label)) { (line.label) }
                }
                @for tick in ticks {
                    text .chart-tick x=(tenths(x(tick.at))) y=(HEIGHT - 6) text-anchor=(anchor(frame, x(tick.at), &tick.label)) { (tick.label) }
                }
            }
        }
    }
}

/// The values that are written at the side: the highest, and half of it where that is a number apart.
fn scale(most: u32) -> Vec<u32> {
    match most {
        0 => vec![],
        1..=3 => vec![most],
        _ => vec![most / 2, most],
    }
}

/// Half the width of a letter, in tenths of the drawing's units, as the styles write them; rather too wide.
const HALF_A_LETTER: u32 = 36;

/// Words at the edges stay within the drawing.
fn anchor(frame: Frame, x: u32, words: &str) -> &'static str {
    let half = words.chars().count() as u32 * HALF_A_LETTER;
    if x < half {
        "start"
    } else if x + half > frame.width * 10 {
        "end"
    } else {
        "middle"
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bars_stand_on_the_axis_and_are_told_in_words() {
        let bar = |at, value| Bar { at, value, label: format!("{at}") };
        let line = |at: u32| ChartLine { at, label: format!("звонок {at}") };
        let chart = Histogram {
            title: "Приход".into(),
            axis: "Время".into(),
            counted: "Учеников".into(),
            span: (100, 200),
            step: 10,
            bars: vec![bar(90, 7), bar(100, 4), bar(150, 8), bar(200, 9)],
            lines: vec![line(150), line(300)],
            ticks: vec![],
            table: "Таблицей".into(),
        };
        let drawn = chart.draw().into_string();
        assert_eq!(anchor(FRAMES[1], 300, "звонок 08:00"), "start", "30 from the edge is less than half of it");
        assert_eq!(anchor(FRAMES[1], 3000, "звонок 14:00"), "end");
        assert_eq!(anchor(FRAMES[0], 3000, "звонок 14:00"), "middle");
        assert_eq!(drawn.matches("class=\"chart-bar\"").count(), 4, "two in each of both drawings: {drawn}");
        assert!(drawn.contains("x=\"360.0\" y=\"34\" width=\"71.0\" height=\"164\""), "{drawn}");
        assert!(drawn.contains("x=\"165.0\" y=\"34\" width=\"32.0\" height=\"164\""), "{drawn}");
        assert_eq!(drawn.matches(">4</text>").count(), 2, "half of the highest is written: {drawn}");
        assert!(
            drawn.contains("<td>150</td><td class=\"num\">8</td>")
                && drawn.contains("звонок 150")
                && !drawn.contains("звонок 300")
        );
        assert!(!drawn.contains("style="));
    }
}
