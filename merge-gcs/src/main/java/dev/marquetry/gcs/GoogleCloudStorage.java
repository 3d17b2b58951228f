/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.gcs;

import com.google.cloud.ReadChannel;
import com.google.cloud.storage.Blob;
import com.google.cloud.storage.BlobId;
import com.google.cloud.storage.Storage;
import com.google.cloud.storage.Storage.BlobField;
import com.google.cloud.storage.Storage.BlobGetOption;
import com.google.cloud.storage.Storage.BlobSourceOption;
import dev.marquetry.gcs.call.CallException;
import dev.marquetry.gcs.call.Calls;
import dev.marquetry.gcs.call.Checkpoint;
import dev.marquetry.gcs.call.Failure;
import dev.marquetry.gcs.call.Pace;
import dev.marquetry.gcs.call.Request;
import dev.marquetry.local.storage.ObjectChangedException;
import dev.marquetry.local.storage.ObjectStore;
import dev.marquetry.local.storage.ObjectUpload;
import dev.marquetry.local.storage.StoredObject;
import java.io.EOFException;
import java.io.IOException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Base64;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * Google's Cloud Storage as a store of inputs and outputs of the local engine, addressed as {@code gs://bucket/name}:
 *
 * <pre>{@code
 * LocalArrowStrategy.within(limits).with(GoogleCloudStorage.with(StorageOptions.getDefaultInstance().getService()))
 * }</pre>
 *
 * <p>The client stays the caller's, credentials included. Calls whose failure passes are made again whatever the client does
 * by itself. Of the permissions, reading needs {@code storage.objects.get}; writing needs {@code storage.objects.create} and
 * {@code get} too, and {@code storage.objects.delete} to replace an output. Immutable and thread-safe.
 */
public final class GoogleCloudStorage implements ObjectStore {
    /** How often a call is made at most unless told otherwise: {@value} times, in about two minutes. */
    public static final int DEFAULT_TRIES = 8;

    private static final String SCHEME = "gs";
    private static final BlobField[] FIELDS = {BlobField.SIZE, BlobField.CRC32C, BlobField.GENERATION};

    private final Storage client;
    private final Pace pace;
    private final Optional<String> kmsKey;

    private GoogleCloudStorage(Storage client, Pace pace, Optional<String> kmsKey) {
        this.client = Objects.requireNonNull(client, "client");
        this.pace = pace;
        this.kmsKey = kmsKey;
    }

    /** Returns the store that {@code client} speaks to; asks nothing of the service. */
    public static GoogleCloudStorage with(Storage client) {
        return new GoogleCloudStorage(client, Pace.RETRY, Optional.empty());
    }

    /**
     * Returns this store with other retries: {@code tries} calls at most, and pauses between them that double from {@code
     * first} to {@code longest}. Default: {@value #DEFAULT_TRIES} tries, half a second to 32 seconds.
     *
     * @throws IllegalArgumentException if {@code tries} is not positive or the pauses shrink
     */
    public GoogleCloudStorage retry(int tries, Duration first, Duration longest) {
        return new GoogleCloudStorage(client, new Pace(first, longest, tries), kmsKey);
    }

    /** Returns this store with outputs encrypted by the key of Cloud KMS of that resource name; default the bucket's own. */
    public GoogleCloudStorage kmsKey(String resourceName) {
        return new GoogleCloudStorage(client, pace, Optional.of(resourceName));
    }

    @Override
    public boolean serves(URI address) {
        return SCHEME.equals(address.getScheme());
    }

    @Override
    public Optional<StoredObject> find(URI address) throws InterruptedException {
        BlobId id = id(address);
        Blob blob = new Calls(pace)
                .makeOrFail(
                        request("look for", id, "storage.objects.get"),
                        Checkpoint.none(),
                        () -> client.get(id, BlobGetOption.fields(FIELDS)));
        return Optional.ofNullable(blob).map(found -> stored(address, found));
    }

    @Override
    public void read(StoredObject object, long position, ByteBuffer into) throws IOException, InterruptedException {
        BlobId named = id(object.address());
        BlobId id = BlobId.of(named.getBucket(), named.getName(), object.generation());
        int begin = into.position();
        try {
            new Calls(pace).make(request("read", id, "storage.objects.get"), Checkpoint.none(), () -> {
                fetch(id, position + into.position() - begin, into); // goes on where a broken transfer stopped
                return object;
            });
        } catch (CallException e) {
            if (e.is(Failure.Kind.ABSENT) || e.is(Failure.Kind.CONFLICT)) {
                throw new ObjectChangedException(object.address() + " has changed: " + e.getMessage(), e);
            }
            throw e.toMergeException();
        }
    }

    private void fetch(BlobId id, long from, ByteBuffer into) throws IOException {
        long to = from + into.remaining();
        try (ReadChannel source = client.reader(id, BlobSourceOption.shouldReturnRawInputStream(true))) {
            source.setChunkSize(0);
            source.seek(from);
            source.limit(to);
            while (into.hasRemaining()) {
                if (source.read(into) < 0) {
                    throw new EOFException("it ended " + into.remaining() + " bytes before byte " + to);
                }
            }
        }
    }

    @Override
    public ObjectUpload create(URI address, Optional<StoredObject> replaced, int pieceBytes) {
        return new GoogleUpload(this, client, address, replaced, pieceBytes);
    }

    Pace pace() {
        return pace;
    }

    Optional<String> kmsKey() {
        return kmsKey;
    }

    static Request request(String doing, BlobId id, String permission) {
        return new Request(
                doing + " gs://" + id.getBucket() + "/" + id.getName(), permission, "bucket " + id.getBucket());
    }

    /**
     * Returns the bucket and name in a {@code gs://} address.
     *
     * @throws IllegalArgumentException if it is none
     */
    static BlobId id(URI address) {
        String text = address.toString();
        int slash = text.indexOf('/', 5);
        if (!text.startsWith("gs://") || slash < 6 || slash == text.length() - 1) {
            throw new IllegalArgumentException("address must be gs://bucket/name but was " + text);
        }
        // Of an address, the decoded path is the name; what URI takes for a query or fragment can not be in one.
        return BlobId.of(text.substring(5, slash), address.getPath().substring(1));
    }

    private static StoredObject stored(URI address, Blob blob) {
        String crc = blob.getCrc32c();
        return new StoredObject(
                address,
                Objects.requireNonNullElse(blob.getSize(), 0L),
                Objects.requireNonNullElse(blob.getGeneration(), 0L),
                crc == null
                        ? OptionalInt.empty()
                        : OptionalInt.of(
                                ByteBuffer.wrap(Base64.getDecoder().decode(crc)).getInt()));
    }
}
