/** jax-js without `jit`, on WebAssembly. */
import { serveJax } from "./lib/jax.js";

await serveJax(false);
