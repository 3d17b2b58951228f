/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.bigquery.internal.stage;

import com.google.cloud.BaseServiceException;
import com.google.cloud.WriteChannel;
import com.google.cloud.storage.BlobId;
import com.google.cloud.storage.BlobInfo;
import com.google.cloud.storage.Storage;
import com.google.cloud.storage.Storage.BlobWriteOption;
import dev.marquetry.MergeFailedException;
import dev.marquetry.gcs.call.Calls;
import dev.marquetry.gcs.call.Checkpoint;
import dev.marquetry.gcs.call.Failure;
import dev.marquetry.gcs.call.Pace;
import dev.marquetry.gcs.call.Request;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ReadableByteChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.zip.CRC32C;

/** One object on its way up, sent from its start again until it has arrived whole. Not thread-safe. */
final class Upload {
    private static final String OCTETS = "application/octet-stream";

    private final Bucket bucket;
    private final Storage client;
    private final BlobId id;
    private final long bytes;
    private final Content content;
    private final Checkpoint checkpoint;
    private final Request request;

    /** The CRC32C of what was read, once all of it was. */
    private OptionalInt sent = OptionalInt.empty();

    Upload(Bucket bucket, Storage client, BlobId id, long bytes, Content content, Checkpoint checkpoint) {
        this.bucket = bucket;
        this.client = client;
        this.id = id;
        this.bytes = bytes;
        this.content = content;
        this.checkpoint = checkpoint;
        request = Bucket.request("upload", id, "storage.objects.create");
    }

    StoredObject run() throws InterruptedException {
        Pace pace = bucket.settings().retry();
        Optional<StoredObject> there = Optional.empty();
        for (int failures = 0; ; ) {
            checkpoint.check();
            Failure failed;
            try {
                send(there);
                there = bucket.find(id, checkpoint);
                failed = new Failure(Failure.Kind.PASSING, 0, "", "what arrived is not what was sent");
            } catch (BaseServiceException e) {
                failed = Bucket.passing(Failure.of(e), request, e);
                there = bucket.find(id, checkpoint);
            } catch (IOException e) {
                failed = Bucket.passing(Failure.of(e), request, e);
                there = bucket.find(id, checkpoint);
            }
            if (there.isPresent() && isWhatWasSent(there.get())) {
                return there.get();
            }
            if (++failures >= pace.tries()) {
                throw exhausted(failed, there);
            }
            pace.await(failures - 1, checkpoint);
        }
    }

    private boolean isWhatWasSent(StoredObject object) {
        return object.bytes() == bytes && sent.isPresent() && object.crc32c().equals(sent);
    }

    /** Sends the object; only closing the channel makes it, so that it is left open when something fails. */
    private void send(Optional<StoredObject> replaced) throws IOException, InterruptedException {
        ByteBuffer buffer = ByteBuffer.allocate(
                Math.min(bucket.settings().readBytes(), (int) Math.min(bytes + 1, Integer.MAX_VALUE)));
        CRC32C crc = new CRC32C();
        long position = 0;
        bucket.usage().operationsA(1);
        try (ReadableByteChannel source = open()) {
            WriteChannel target =
                    client.writer(BlobInfo.newBuilder(id).setContentType(OCTETS).build(), options(replaced));
            target.setChunkSize(bucket.settings().chunkBytes());
            while (read(source, buffer) >= 0) {
                checkpoint.check();
                buffer.flip();
                crc.update(buffer.duplicate());
                position += buffer.remaining();
                if (position > bytes) {
                    break;
                }
                while (buffer.hasRemaining()) {
                    bucket.usage().uploaded(target.write(buffer));
                }
                buffer.clear();
            }
            if (position != bytes) {
                throw new MergeFailedException("Cannot " + request.doing() + ": it was to have " + bytes
                        + " bytes but had " + (position > bytes ? "more" : Long.toString(position)));
            }
            sent = OptionalInt.of((int) crc.getValue());
            target.close();
        }
    }

    private BlobWriteOption[] options(Optional<StoredObject> replaced) {
        List<BlobWriteOption> options = new ArrayList<>();
        // With a condition, the client may repeat calls: no repetition can do anything twice.
        options.add(replaced.map(object -> BlobWriteOption.generationMatch(object.generation()))
                .orElseGet(BlobWriteOption::doesNotExist));
        bucket.settings().kmsKey().ifPresent(key -> options.add(BlobWriteOption.kmsKeyName(key)));
        return options.toArray(BlobWriteOption[]::new);
    }

    private ReadableByteChannel open() throws InterruptedException {
        try {
            return content.open();
        } catch (IOException e) {
            throw unreadable(e);
        }
    }

    private int read(ReadableByteChannel source, ByteBuffer buffer) throws InterruptedException {
        try {
            return source.read(buffer);
        } catch (IOException e) {
            throw unreadable(e);
        }
    }

    /** A file's channel is closed by an interrupt, which is no fault of the file. */
    private MergeFailedException unreadable(IOException e) throws InterruptedException {
        Calls.throwIfInterrupted();
        return new MergeFailedException("Cannot " + request.doing() + ": what is to be sent can not be read: " + e, e);
    }

    private RuntimeException exhausted(Failure failed, Optional<StoredObject> there) {
        if (failed.code() == 0 && sent.isPresent() && there.isPresent()) {
            return new MergeFailedException("Cannot " + request.doing() + ": sent " + bytes + " bytes with CRC32C "
                    + hex(sent) + ", but " + there.get().bytes() + " bytes with CRC32C "
                    + hex(there.get().crc32c())
                    + " arrived, " + bucket.settings().retry().tries() + " times");
        }
        return failed.toMergeException(request, null);
    }

    static String hex(OptionalInt crc) {
        return crc.isPresent() ? String.format("%08x", crc.getAsInt()) : "unknown";
    }
}
