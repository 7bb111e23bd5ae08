export const worker = {
  'worker.newVersion': 'There is a new version of Daguerre.',
  'worker.take': 'Load it',
}
