/** TensorFlow.js on its WebAssembly backend. */
import { serveTfjs } from "./lib/tfjs.js";

await serveTfjs("wasm");
