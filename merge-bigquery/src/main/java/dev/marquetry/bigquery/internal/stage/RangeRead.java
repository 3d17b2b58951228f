/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.bigquery.internal.stage;

import com.google.cloud.ReadChannel;
import com.google.cloud.storage.Storage;
import com.google.cloud.storage.Storage.BlobSourceOption;
import dev.marquetry.gcs.call.Calls;
import dev.marquetry.gcs.call.Checkpoint;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;

/** A stretch of an object on its way here, fetched from where a broken transfer stopped. Not thread-safe. */
final class RangeRead {
    private final Bucket bucket;
    private final Storage client;
    private final StoredObject object;
    private final long to;
    private final ByteSink sink;
    private long position;

    RangeRead(Bucket bucket, Storage client, StoredObject object, long from, long to, ByteSink sink) {
        this.bucket = bucket;
        this.client = client;
        this.object = object;
        this.to = to;
        this.sink = sink;
        position = from;
    }

    void run(Calls calls, Checkpoint checkpoint) throws InterruptedException {
        calls.makeOrFail(Bucket.request("read", object.id(), "storage.objects.get"), checkpoint, () -> {
            fetch();
            return object;
        });
    }

    private void fetch() throws IOException {
        ByteBuffer buffer =
                ByteBuffer.allocate((int) Math.max(1, Math.min(bucket.settings().readBytes(), to - position)));
        bucket.usage().operationsB(1);
        try (ReadChannel source = client.reader(object.id(), BlobSourceOption.shouldReturnRawInputStream(true))) {
            source.setChunkSize(0);
            source.seek(position);
            source.limit(to);
            while (position < to) {
                buffer.clear();
                buffer.limit((int) Math.min(buffer.capacity(), to - position));
                int read = source.read(buffer);
                if (read < 0) {
                    throw new EOFException("it ended at byte " + position + " of " + to);
                }
                bucket.usage().downloaded(read);
                buffer.flip();
                sink.take(position, buffer);
                position += read;
            }
        }
    }
}
