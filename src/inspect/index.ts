/** Looking inside: drawings of schedules, and the learning-rate range test. */
export type { Axis, Chart, Mark, Series } from "./chart.js";
export { type LrFinderOptions, type LrFinderResult, lr_find } from "./lr_find.js";
export { plotSvg, type SvgOptions } from "./plot_svg.js";
export { plotText, type TextOptions } from "./plot_text.js";
export { type ScheduleOptions, scheduleChart } from "./schedule_chart.js";
