/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.bigquery.internal.stage;

import com.google.cloud.BaseServiceException;
import com.google.cloud.ReadChannel;
import com.google.cloud.storage.Storage;
import com.google.cloud.storage.Storage.BlobSourceOption;
import dev.marquetry.MergeFailedException;
import dev.marquetry.gcs.call.Calls;
import dev.marquetry.gcs.call.Checkpoint;
import dev.marquetry.gcs.call.Failure;
import dev.marquetry.gcs.call.Pace;
import dev.marquetry.gcs.call.Request;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.OptionalInt;
import java.util.zip.CRC32C;

/** One object on its way down, fetched from where a broken transfer stopped until all of it is here. Not thread-safe. */
final class Download {
    private final Bucket bucket;
    private final Storage client;
    private final StoredObject object;
    private final ByteSink sink;
    private final Checkpoint checkpoint;
    private final Request request;
    private final CRC32C crc = new CRC32C();
    private final ByteBuffer buffer;

    private long position;

    Download(Bucket bucket, Storage client, StoredObject object, ByteSink sink, Checkpoint checkpoint) {
        this.bucket = bucket;
        this.client = client;
        this.object = object;
        this.sink = sink;
        this.checkpoint = checkpoint;
        request = Bucket.request("download", object.id(), "storage.objects.get");
        buffer =
                ByteBuffer.allocate((int) Math.max(1, Math.min(bucket.settings().readBytes(), object.bytes())));
    }

    void run() throws InterruptedException {
        Pace pace = bucket.settings().retry();
        for (int wrong = 0; ; ) {
            fetchAll(pace);
            OptionalInt came = OptionalInt.of((int) crc.getValue());
            if (object.crc32c().isEmpty() || object.crc32c().equals(came)) {
                return;
            }
            if (++wrong >= Math.min(pace.tries(), 3)) {
                throw new MergeFailedException("Cannot " + request.doing() + ": its CRC32C is "
                        + Upload.hex(object.crc32c()) + ", but what came has " + Upload.hex(came) + ", " + wrong
                        + " times");
            }
            position = 0;
            crc.reset();
            pace.await(wrong - 1, checkpoint);
        }
    }

    /** Fetches what is missing; a transfer that brought something begins the count of failures again. */
    private void fetchAll(Pace pace) throws InterruptedException {
        int failures = 0;
        while (position < object.bytes()) {
            checkpoint.check();
            long before = position;
            Failure failed;
            try {
                fetch();
                failed = new Failure(
                        Failure.Kind.PASSING, 0, "", "it ended at byte " + position + " of " + object.bytes());
            } catch (BaseServiceException e) {
                failed = Bucket.passing(Failure.of(e), request, e);
            } catch (IOException e) {
                failed = Bucket.passing(Failure.of(e), request, e);
            }
            if (position >= object.bytes()) {
                return;
            }
            failures = position > before ? 1 : failures + 1;
            if (failed.kind() == Failure.Kind.CONFLICT || failures >= pace.tries()) {
                throw failed.toMergeException(request, null);
            }
            pace.await(failures - 1, checkpoint);
        }
    }

    private void fetch() throws IOException, InterruptedException {
        bucket.usage().operationsB(1);
        try (ReadChannel source = client.reader(object.id(), BlobSourceOption.shouldReturnRawInputStream(true))) {
            source.setChunkSize(0);
            source.seek(position);
            while (position < object.bytes()) {
                buffer.clear();
                buffer.limit((int) Math.min(buffer.capacity(), object.bytes() - position));
                int read = source.read(buffer);
                checkpoint.check();
                if (read < 0) {
                    return;
                }
                buffer.flip();
                bucket.usage().downloaded(read);
                crc.update(buffer.duplicate());
                hand();
            }
        }
    }

    private void hand() throws InterruptedException {
        int count = buffer.remaining();
        try {
            sink.take(position, buffer);
        } catch (IOException e) {
            // A file's channel is closed by an interrupt, which is no fault of the file.
            Calls.throwIfInterrupted();
            throw new MergeFailedException("Cannot " + request.doing() + ": it can not be written here: " + e, e);
        }
        position += count;
    }
}
