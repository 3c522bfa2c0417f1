/**
 * The stock images that dokomodo itself runs in, by the digest of all their platforms. Docker's official images publish
 * what their registry serves: docker-library/repo-info, repos/haproxy/remote/3.2.21-alpine.md at 9854fb18. The digest of
 * Node is in complexdatacollective/network-canvas-monorepo,
 * apps/studio/deployment/managed/managed-log-collector.Dockerfile at f72d0525, under the tag of the same image,
 * 24.18.0-slim.
 */
export const DEFAULT_IMAGES = {
  proxy: "haproxy:3.2.21-alpine@sha256:66e25cc9a8332635f4e897f7f4b1e5622c25f09f0ee23cddc6ce9bdb3a24772a",
  agent: "node:24.18.0-bookworm-slim@sha256:6f7b03f7c2c8e2e784dcf9295400527b9b1270fd37b7e9a7285cf83b6951452d",
} as const;

/**
 * The image in which backups are made. A stack without backups does not need it. Many public projects state it by this
 * digest, such as those that a search for `restic/restic:0.18.1@sha256:` finds.
 */
export const DEFAULT_BACKUP_IMAGE =
  "restic/restic:0.18.1@sha256:39d9072fb5651c80d75c7a811612eb60b4c06b32ffe87c2e9f3c7222e1797e76";
