import { simplefilter } from "../src/python/warnings.js";

// each test hears of what it does, whatever those before it did
simplefilter("always");
