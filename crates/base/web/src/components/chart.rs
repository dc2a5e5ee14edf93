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

const WIDTH: u32 = 640;
const HEIGHT: u32 = 200;
const FOOT: u32 = 22;
const HEAD: u32 = 22;

impl Histogram {
    /// The place on the axis, in tenths of the drawing's units.
    fn x(&self, at: u32) -> u32 {
        let (from, until) = self.span;
        let length = u64::from(until.saturating_sub(from).max(1));
        (u64::from(at.saturating_sub(from)) * u64::from(WIDTH) * 10 / length) as u32
    }

    fn inside(&self, at: u32) -> bool {
        (self.span.0..self.span.1).contains(&at)
    }

    /// The chart and its table.
    pub fn draw(&self) -> Markup {
        let bars: Vec<&Bar> = self.bars.iter().filter(|bar| self.inside(bar.at)).collect();
        let most = bars.iter().map(|bar| bar.value).max().unwrap_or(0).max(1);
        let tall = HEIGHT - FOOT - HEAD;
        let height = |value: u32| (u64::from(value) * u64::from(tall) / u64::from(most)) as u32;
        let width = self.x(self.span.0 + self.step).saturating_sub(10).max(10);
        let tenths = |tenths: u32| format!("{}.{}", tenths / 10, tenths % 10);
        html! {
            figure .chart {
                svg viewBox=(format!("0 0 {WIDTH} {HEIGHT}")) role="img" aria-label=(self.title) preserveAspectRatio="none" {
                    line .chart-base x1="0" y1=(HEIGHT - FOOT) x2=(WIDTH) y2=(HEIGHT - FOOT) {}
                    @for bar in &bars {
                        rect .chart-bar x=(tenths(self.x(bar.at))) y=(HEIGHT - FOOT - height(bar.value)) width=(tenths(width)) height=(height(bar.value)) rx="1.5" {}
                    }
                    @for line in self.lines.iter().filter(|line| self.inside(line.at)) {
                        line .chart-line x1=(tenths(self.x(line.at))) y1=(HEAD - 6) x2=(tenths(self.x(line.at))) y2=(HEIGHT - FOOT) {}
                        text .chart-word x=(tenths(self.x(line.at))) y="12" text-anchor=(anchor(self.x(line.at))) { (line.label) }
                    }
                    @for tick in self.ticks.iter().filter(|tick| self.inside(tick.at)) {
                        text .chart-tick x=(tenths(self.x(tick.at))) y=(HEIGHT - 6) text-anchor=(anchor(self.x(tick.at))) { (tick.label) }
                    }
                }
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
}

/// Words at the edges stay within the drawing.
const fn anchor(x: u32) -> &'static str {
    if x < WIDTH {
        "start"
    } else if x > WIDTH * 9 {
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
        assert_eq!(drawn.matches("class=\"chart-bar\"").count(), 2, "{drawn}");
        assert!(drawn.contains("x=\"320.0\" y=\"22\" width=\"63.0\" height=\"156\""), "{drawn}");
        assert!(
            drawn.contains("<td>150</td><td class=\"num\">8</td>")
                && drawn.contains("звонок 150")
                && !drawn.contains("звонок 300")
        );
        assert!(!drawn.contains("style="));
    }
}
