// Run by the image when it makes an empty data folder.
db.getSiblingDB('notification').createUser({
  user: 'notification',
  pwd: process.env.NOTIFICATION_PASSWORD,
  roles: [{ role: 'readWrite', db: 'notification' }],
})
