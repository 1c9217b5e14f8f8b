/** TensorFlow.js on its backend in plain JavaScript. */
import { serveTfjs } from "./lib/tfjs.js";

await serveTfjs("cpu");
