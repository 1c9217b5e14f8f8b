/**
 * The libraries that the drawings use. The build bundles this file, and nothing else may import a package: so the
 * installed package depends on none.
 */
export { scaleLinear, scaleLog } from "d3-scale";
export { area, curveLinear, curveStepAfter, line } from "d3-shape";
