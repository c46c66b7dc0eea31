/** Every limit of the local runtimes, named once. */
export const localLimits = {
  /** Argo keeps as much of stdout as `outputs.result`. */
  resultBytesMax: 256 * 1024,
  parameterBytesMax: 256 * 1024,
  artifactBytesMax: 16 * 1024 ** 3,
  /** Of one stream of a container; of one that grows beyond it the older half goes. */
  logFileBytesMax: 256 * 1024 ** 2,
  /** What one who asks for the last lines gets at most: lines may be long, and are all in memory first. */
  logTailBytesMax: 16 * 1024 ** 2,
  logLineBytesMax: 16 * 1024,
  /** Processes of one task: what a fork bomb gets. */
  processesMax: 4_096,
  /** Argo passes templates longer than this some other way: the kernel takes 128 KiB a variable. */
  environmentValueBytesMax: 128 * 1024 - 1_024,
  upperTmpfsBytesMax: 2 * 1024 ** 3,
  graceMsDefault: 30_000,
  pollMs: 100,
  /** How long run folders and logs stay after the task's report is committed. */
  retentionMs: 24 * 3_600_000,
} as const;
