/** jax-js with every step compiled by `jit`, on WebAssembly. */
import { serveJax } from "./lib/jax.js";

await serveJax(true);
