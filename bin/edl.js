#!/usr/bin/env node
// The AWS SDK warns on every start that a later release will ask for Node 22; EDL pins a release that runs on 20.
process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED = 'true';
const { main } = await import('../dist/src/cli/main.js').catch((error) => {
  if (error?.code !== 'ERR_MODULE_NOT_FOUND') throw error;
  console.error('edl: not built yet. Run: npm run build');
  process.exit(1);
});
await main(process.argv);
