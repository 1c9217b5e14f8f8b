/** `torch.profiler`: where time and memory go. */
export { ProfilerAction, ProfilerActivity, supported_activities } from "./enumerated.js";
export { EventList } from "./event_list.js";
export { FunctionEvent, FunctionEventAvg } from "./events.js";
export { Profile, type ProfileOptions, profile } from "./profile.js";
export { RecordFunction, record_function } from "./record_function.js";
export { type ScheduleFunction, schedule } from "./schedule.js";
