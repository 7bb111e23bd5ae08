import type { Readable } from 'node:stream'
import {
  AbortMultipartUploadCommand,
  CompleteMultipartUploadCommand,
  CreateBucketCommand,
  CreateMultipartUploadCommand,
  DeleteObjectsCommand,
  GetObjectCommand,
  HeadBucketCommand,
  HeadObjectCommand,
  ListMultipartUploadsCommand,
  ListPartsCommand,
  PutObjectCommand,
  S3Client,
  S3ServiceException,
  UploadPartCommand,
} from '@aws-sdk/client-s3'
import { Upload } from '@aws-sdk/lib-storage'
import { getSignedUrl } from '@aws-sdk/s3-request-presigner'

/** S3 did not do what was asked, for a reason that is its own: ask again later. */
export class StorageUnavailable extends Error {
  override readonly name = 'StorageUnavailable'
}

export type StoredObject = {
  bytes: number
  etag: string | undefined
  lastModified: Date | undefined
  /** Of a ranged read: `bytes 0-99/1234`. */
  contentRange: string | undefined
}

export type StoredPart = { number: number; bytes: number; etag: string }

type NotFound = { outcome: 'missing' } | { outcome: 'range_not_satisfiable' }
type HeadAnswer = { outcome: 'found'; object: StoredObject } | NotFound
type ReadAnswer = { outcome: 'found'; object: StoredObject; body: Readable } | NotFound

/** The bytes of photos in one S3 bucket. Every method throws StorageUnavailable when S3 does not answer properly. */
export type Storage = {
  /** Resolves if the bucket answers; makes it if it is not there. */
  ensureBucket(): Promise<void>
  /**
   * Stores a stream of unknown length, at most two parts of it in memory. What was sent is removed if it fails.
   * @param options.about bytes that may come: parts have 5 MiB, larger ones from 45 GB on, as S3 takes no more than 10,000
   */
  putStream(key: string, body: Readable, signal: AbortSignal, options?: { about: number }): Promise<void>
  put(key: string, body: Buffer, contentType: string, signal?: AbortSignal): Promise<void>
  /** @param options.range as in the header `Range`: one range of bytes */
  read(key: string, options?: { range?: string | undefined; signal?: AbortSignal }): Promise<ReadAnswer>
  head(key: string): Promise<HeadAnswer>
  /** Removes objects, and parts of uploads to these keys that were never completed. Those that are not there do not matter. */
  remove(keys: string[]): Promise<void>
  /** Begins an upload that comes in parts, in any order and each as often as is needed. @returns its id */
  beginParts(key: string): Promise<string>
  putPart(key: string, uploadId: string, number: number, body: Buffer): Promise<void>
  /** The parts that are there; undefined if the upload is not, as it is complete or was aborted. */
  listParts(key: string, uploadId: string): Promise<StoredPart[] | undefined>
  completeParts(key: string, uploadId: string, parts: readonly StoredPart[]): Promise<void>
  /** A URL that takes exactly one PUT of that type and length. */
  presignPut(key: string, contentType: string, bytes: number, expiresInSeconds: number): Promise<string>
  close(): void
}

export type StorageOptions = {
  /** Not given: Amazon's own for the region. */
  endpoint?: string | undefined
  /** Where clients reach it, for presigned URLs; `endpoint` by default. */
  publicEndpoint?: string | undefined
  region: string
  bucket: string
  accessKeyId: string
  secretAccessKey: string
  /** `endpoint/bucket/key` rather than `bucket.endpoint/key`. */
  forcePathStyle: boolean
}

const partBytes = 5 * 1024 * 1024

export function createStorage(options: StorageOptions): Storage {
  const { bucket } = options
  const client = createClient(options, options.endpoint)
  const publicClient = createClient(options, options.publicEndpoint ?? options.endpoint)

  return {
    async ensureBucket() {
      try {
        await client.send(new HeadBucketCommand({ Bucket: bucket }))
      } catch (error) {
        if (statusOf(error) !== 404) throw unavailable(error)
        await client.send(new CreateBucketCommand({ Bucket: bucket })).catch((error: unknown) => {
          // Another replica was faster.
          if (!(error instanceof S3ServiceException) || error.name !== 'BucketAlreadyOwnedByYou')
            throw unavailable(error)
        })
      }
    },

    async putStream(key, body, signal, { about } = { about: 0 }) {
      const upload = new Upload({
        client,
        params: { Bucket: bucket, Key: key, Body: body, ContentType: 'application/octet-stream' },
        partSize: Math.max(partBytes, Math.ceil(about / 9000)),
        queueSize: 1,
      })
      function abort(): void {
        void upload.abort()
      }
      if (signal.aborted) abort()
      else signal.addEventListener('abort', abort, { once: true })
      try {
        await upload.done()
      } catch (error) {
        throw signal.aborted ? signal.reason : unavailable(error)
      } finally {
        signal.removeEventListener('abort', abort)
      }
    },

    async put(key, body, contentType, signal) {
      const command = new PutObjectCommand({ Bucket: bucket, Key: key, Body: body, ContentType: contentType })
      await client.send(command, abortable(signal)).catch(throwUnavailable)
    },

    async read(key, { range, signal } = {}) {
      const command = new GetObjectCommand({ Bucket: bucket, Key: key, ...(range !== undefined && { Range: range }) })
      return answer(async () => {
        const output = await client.send(command, abortable(signal))
        return { outcome: 'found', object: objectOf(output), body: output.Body as Readable }
      })
    },

    async head(key) {
      const command = new HeadObjectCommand({ Bucket: bucket, Key: key })
      return answer(async () => ({ outcome: 'found', object: objectOf(await client.send(command)) }))
    },

    async remove(keys) {
      try {
        for (const key of keys) await abortUploads(key)
        const objects = keys.map((Key) => ({ Key }))
        const { Errors } = await client.send(
          new DeleteObjectsCommand({ Bucket: bucket, Delete: { Objects: objects, Quiet: true } }),
        )
        if (Errors?.[0]) throw new Error(`${Errors[0].Key}: ${Errors[0].Code}`)
      } catch (error) {
        throw unavailable(error)
      }
    },

    async beginParts(key) {
      const command = new CreateMultipartUploadCommand({
        Bucket: bucket,
        Key: key,
        ContentType: 'application/octet-stream',
      })
      const { UploadId } = await client.send(command).catch(throwUnavailable)
      if (UploadId === undefined) throw new StorageUnavailable('S3 names no upload')
      return UploadId
    },

    async putPart(key, uploadId, number, body) {
      const command = new UploadPartCommand({
        Bucket: bucket,
        Key: key,
        UploadId: uploadId,
        PartNumber: number,
        Body: body,
      })
      await client.send(command).catch(throwUnavailable)
    },

    async listParts(key, uploadId) {
      const parts: StoredPart[] = []
      let after: string | undefined
      do {
        const command = new ListPartsCommand({
          ...{ Bucket: bucket, Key: key, UploadId: uploadId },
          ...(after !== undefined && { PartNumberMarker: after }),
        })
        const page = await client.send(command).catch((error: unknown) => {
          if (statusOf(error) !== 404) throw unavailable(error)
        })
        if (!page) return undefined
        for (const { PartNumber: number = 0, Size: bytes = 0, ETag: etag = '' } of page.Parts ?? []) {
          parts.push({ number, bytes, etag })
        }
        after = page.IsTruncated === true ? page.NextPartNumberMarker : undefined
      } while (after !== undefined)
      return parts
    },

    async completeParts(key, uploadId, parts) {
      const command = new CompleteMultipartUploadCommand({
        ...{ Bucket: bucket, Key: key, UploadId: uploadId },
        MultipartUpload: { Parts: parts.map(({ number, etag }) => ({ PartNumber: number, ETag: etag })) },
      })
      await client.send(command).catch(throwUnavailable)
    },

    presignPut(key, contentType, bytes, expiresInSeconds) {
      return getSignedUrl(
        publicClient,
        new PutObjectCommand({ Bucket: bucket, Key: key, ContentType: contentType, ContentLength: bytes }),
        { expiresIn: expiresInSeconds, signableHeaders: new Set(['host', 'content-type', 'content-length']) },
      )
    },

    close() {
      client.destroy()
      publicClient.destroy()
    },
  }

  async function abortUploads(key: string): Promise<void> {
    const { Uploads = [] } = await client.send(new ListMultipartUploadsCommand({ Bucket: bucket, Prefix: key }))
    for (const { Key, UploadId } of Uploads) {
      if (Key !== key || UploadId === undefined) continue
      await client.send(new AbortMultipartUploadCommand({ Bucket: bucket, Key, UploadId })).catch((error: unknown) => {
        if (statusOf(error) !== 404) throw error
      })
    }
  }
}

function createClient(options: StorageOptions, endpoint: string | undefined): S3Client {
  return new S3Client({
    region: options.region,
    ...(endpoint !== undefined && { endpoint }),
    forcePathStyle: options.forcePathStyle,
    credentials: { accessKeyId: options.accessKeyId, secretAccessKey: options.secretAccessKey },
    // Checksums by default go as trailers, which not every S3 takes and which a presigned URL cannot carry.
    requestChecksumCalculation: 'WHEN_REQUIRED',
    responseChecksumValidation: 'WHEN_REQUIRED',
    maxAttempts: 3,
    requestHandler: {
      connectionTimeout: 2000,
      requestTimeout: 30_000,
      httpAgent: { maxSockets: 128, keepAlive: true },
    },
  })
}

type Output = {
  ContentLength?: number | undefined
  ETag?: string | undefined
  LastModified?: Date | undefined
  ContentRange?: string | undefined
}

function objectOf(output: Output): StoredObject {
  return {
    bytes: output.ContentLength ?? 0,
    etag: output.ETag,
    lastModified: output.LastModified,
    contentRange: output.ContentRange,
  }
}

const outcomes = new Map([
  [404, 'missing'],
  [416, 'range_not_satisfiable'],
] as const)

async function answer<Found>(send: () => Promise<Found>): Promise<Found | NotFound> {
  try {
    return await send()
  } catch (error) {
    const outcome = outcomes.get(statusOf(error) as 404)
    if (outcome) return { outcome }
    throw unavailable(error)
  }
}

function statusOf(error: unknown): number | undefined {
  return error instanceof S3ServiceException ? error.$metadata.httpStatusCode : undefined
}

function throwUnavailable(error: unknown): never {
  throw unavailable(error)
}

function unavailable(error: unknown): StorageUnavailable {
  return error instanceof StorageUnavailable ? error : new StorageUnavailable('S3 does not answer', { cause: error })
}

function abortable(signal: AbortSignal | undefined) {
  return signal ? { abortSignal: signal } : {}
}
