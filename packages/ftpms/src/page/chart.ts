/// <reference lib="dom" />
import uPlot from 'uplot';
import type { Series } from './series.js';

const HEIGHT = 280;
const FIGURE = new Intl.NumberFormat('en', { maximumFractionDigits: 0 });
const SHORT = new Intl.NumberFormat('en', { notation: 'compact', maximumSignificantDigits: 3 });

/** Draws a chart. Draws it again if the width of its element or the colours change, and when it is printed (always light). */
export function draw(place: HTMLElement, series: Series): void {
  let chart: uPlot | undefined;
  const redraw = (): void => {
    chart?.destroy();
    chart = new uPlot(optionsOf(place, series), columnsOf(series), place);
    const canvas = chart.root.querySelector('canvas');
    canvas?.setAttribute('role', 'img');
    canvas?.setAttribute('aria-label', `${series.name} by day and their projection; the table below has the same numbers`);
  };
  const dark = matchMedia('(prefers-color-scheme: dark)');
  dark.addEventListener('change', redraw);
  const print = (isPrinting: boolean): void => {
    document.documentElement.classList.toggle('printing', isPrinting);
    redraw();
  };
  addEventListener('beforeprint', () => print(true));
  addEventListener('afterprint', () => print(false));
  new ResizeObserver(() => chart?.width !== place.clientWidth && redraw()).observe(place);
}

/** The limit is a line like the others, with the same value at every point. */
function columnsOf({ x, daily, used, expected, upper, limit, days }: Series): uPlot.AlignedData {
  const isWhole = x.at(-1) === days;
  const all = [...x, ...(isWhole ? [] : [days])];
  const columns = [daily, used, expected, upper].map((column) => [...column, ...(isWhole ? [] : [null])]);
  return [all, ...columns, all.map(() => limit)] as uPlot.AlignedData;
}

type Color = (name: string) => string;

function optionsOf(place: HTMLElement, { unit, days }: Series): uPlot.Options {
  const style = getComputedStyle(document.documentElement);
  const color: Color = (name) => style.getPropertyValue(`--${name}`).trim();
  return {
    width: place.clientWidth,
    height: HEIGHT,
    scales: {
      x: { time: false, range: [0, days] },
      y: { range: (_, __, most) => [0, most * 1.05] },
      // Four times the highest bar, so that the bars stay in the lowest quarter.
      daily: { range: (_, __, most) => [0, Math.max(most, 1) * 4] },
    },
    series: [{ label: 'Day of the month', value: (_, at) => (at === null ? '–' : String(Math.min(days, Math.floor(at) + 1))) }, ...drawn(color)],
    bands: [{ series: [4, 3], fill: hatch(color('fan')) }],
    axes: [axis(color), { ...axis(color), size: 48, values: (_, ticks) => ticks.map((tick) => SHORT.format(tick)), label: unit, labelSize: 18 }],
    cursor: { y: false, drag: { x: false, y: false } },
  };
}

/** Draws a bar of six tenths of a day around each middle. (uPlot's own bars are as wide as the smallest distance of two points.) */
const bars: uPlot.Series.PathBuilder = (chart, index) => {
  const path = new Path2D();
  const ground = chart.valToPos(0, 'daily', true);
  const width = 0.6 * (chart.valToPos(1, 'x', true) - chart.valToPos(0, 'x', true));
  chart.data[index]?.forEach((amount, at) => {
    if (typeof amount !== 'number') return;
    const top = chart.valToPos(amount, 'daily', true);
    path.rect(chart.valToPos(chart.data[0][at] ?? 0, 'x', true) - width / 2, top, width, ground - top);
  });
  return { stroke: path, fill: path };
};

/** Each line has its own dashes, which its name describes, so that lines differ without colour. */
function drawn(color: Color): uPlot.Series[] {
  const value = (_: uPlot, amount: number | null): string => (amount === null ? '–' : FIGURE.format(amount));
  const line = (label: string, stroke: string, dash: number[]): uPlot.Series => {
    return { label, stroke: color(stroke), width: 2, dash, spanGaps: true, points: { show: false }, value };
  };
  return [
    { label: 'Day (bar)', scale: 'daily', stroke: color('muted'), fill: color('rest'), width: 1, value, points: { show: false }, paths: bars },
    line('Month so far (line)', 'used', []),
    line('Expected (dashes)', 'expected', [8, 4]),
    line('Nine of ten below (dots)', 'expected', [2, 3]),
    line('Limit (dashes and dots)', 'block', [12, 3, 2, 3]),
  ];
}

const axis = (color: Color): uPlot.Axis => ({
  stroke: color('text'),
  grid: { stroke: color('line'), width: 1 },
  ticks: { stroke: color('line'), width: 1 },
  font: '12px system-ui, sans-serif',
});

/** Stripes, so that the fan can be seen without colour. */
function hatch(color: string): CanvasPattern | string {
  const tile = Object.assign(document.createElement('canvas'), { width: 8, height: 8 });
  const context = tile.getContext('2d');
  if (!context) return color;
  context.strokeStyle = color;
  context.lineWidth = 1.5;
  context.stroke(new Path2D('M-2 10 10 -2M-2 2 2 -2M6 10 10 6'));
  return context.createPattern(tile, 'repeat') ?? color;
}
