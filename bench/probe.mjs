// Loaded into the measured process with --import: tells its peak memory when it ends.
import { writeFileSync } from 'node:fs';
process.on('exit', () => {
  const file = process.env.EDL_BENCH_PROBE;
  if (file !== undefined) writeFileSync(file, String(process.resourceUsage().maxRSS));
});
