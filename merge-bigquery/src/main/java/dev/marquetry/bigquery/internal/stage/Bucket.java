/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.bigquery.internal.stage;

import com.google.api.gax.paging.Page;
import com.google.cloud.storage.Blob;
import com.google.cloud.storage.BlobId;
import com.google.cloud.storage.BlobInfo;
import com.google.cloud.storage.CopyWriter;
import com.google.cloud.storage.Storage;
import com.google.cloud.storage.Storage.BlobField;
import com.google.cloud.storage.Storage.BlobGetOption;
import com.google.cloud.storage.Storage.BlobListOption;
import com.google.cloud.storage.Storage.BlobSourceOption;
import com.google.cloud.storage.Storage.BlobTargetOption;
import com.google.cloud.storage.Storage.ComposeRequest;
import com.google.cloud.storage.Storage.CopyRequest;
import dev.marquetry.MergeFailedException;
import dev.marquetry.StrategyUnavailableException;
import dev.marquetry.bigquery.internal.call.Usage;
import dev.marquetry.gcs.call.Calls;
import dev.marquetry.gcs.call.Checkpoint;
import dev.marquetry.gcs.call.Failure;
import dev.marquetry.gcs.call.Request;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The staging area: a bucket, or a folder in one. Names are relative to it unless they come in a {@link StoredObject}.
 * Every call is repeated while its failure passes, whatever the client repeats by itself.
 *
 * <p>Thread-safe.
 */
public final class Bucket {
    private static final BlobField[] FIELDS = {
        BlobField.BUCKET, BlobField.NAME, BlobField.SIZE, BlobField.CRC32C, BlobField.GENERATION, BlobField.TIME_CREATED
    };

    private final Storage client;
    private final String bucket;
    private final String folder;
    private final BucketSettings settings;
    private final Usage usage;
    private final Calls calls;

    private Bucket(Storage client, String bucket, String folder, BucketSettings settings, Usage usage) {
        this.client = Objects.requireNonNull(client, "client");
        this.bucket = bucket;
        this.folder = folder;
        this.settings = Objects.requireNonNull(settings, "settings");
        this.usage = Objects.requireNonNull(usage, "usage");
        calls = new Calls(settings.retry());
    }

    /**
     * Returns the staging area at {@code staging}; asks nothing of the service. {@code client} stays the caller's.
     *
     * @param staging where it is: {@code gs://bucket} or {@code gs://bucket/folder}
     * @throws IllegalArgumentException if it is nothing of that kind
     */
    public static Bucket at(URI staging, Storage client, BucketSettings settings, Usage usage) {
        String text = staging.toString();
        if (!text.startsWith("gs://") || text.length() == 5) {
            throw new IllegalArgumentException("staging must be gs://bucket or gs://bucket/folder but was " + text);
        }
        int slash = text.indexOf('/', 5);
        String name = slash < 0 ? text.substring(5) : text.substring(5, slash);
        String rest = slash < 0 ? "" : text.substring(slash + 1);
        String folder = rest.isEmpty() || rest.endsWith("/") ? rest : rest + "/";
        if (name.isEmpty() || folder.startsWith("/")) {
            throw new IllegalArgumentException("staging must be gs://bucket or gs://bucket/folder but was " + text);
        }
        return new Bucket(client, name, folder, settings, usage);
    }

    /** Returns the bucket's name. */
    public String name() {
        return bucket;
    }

    /** Returns the address of {@code name}, such as {@code gs://bucket/folder/name}. */
    public String uri(String name) {
        return "gs://" + bucket + "/" + folder + name;
    }

    /**
     * Sends an object in resumable chunks and holds that what arrived is what was read. What is there under that name is
     * replaced, unless it is the same.
     *
     * @param bytes how many bytes {@code content} has
     * @return the object as it arrived
     * @throws dev.marquetry.MergeException if it failed; {@code content} that can not be read is a {@link
     *     MergeFailedException}
     * @throws InterruptedException if the thread was interrupted
     */
    public StoredObject upload(String name, long bytes, Content content, Checkpoint checkpoint)
            throws InterruptedException {
        return new Upload(this, client, blobId(name), bytes, content, checkpoint).run();
    }

    /**
     * Fetches an object from its first byte to its last, goes on where a broken transfer stopped, and holds that what
     * came is what is stored. Several objects may be fetched side by side; each is fetched in order.
     *
     * @throws MergeFailedException if the object has changed or keeps arriving wrong, or the sink failed
     * @throws dev.marquetry.MergeException if it failed otherwise
     * @throws InterruptedException if the thread was interrupted
     */
    public void download(StoredObject object, ByteSink sink, Checkpoint checkpoint) throws InterruptedException {
        new Download(this, client, object, sink, checkpoint).run();
    }

    /**
     * Fetches the bytes {@code [from, to)} of an object, in whichever bucket, and goes on where a broken transfer stopped.
     *
     * @throws dev.marquetry.MergeException if it failed
     * @throws InterruptedException if the thread was interrupted
     */
    public void read(StoredObject object, long from, long to, ByteSink sink, Checkpoint checkpoint)
            throws InterruptedException {
        new RangeRead(this, client, object, from, to, sink).run(calls, checkpoint);
    }

    /**
     * Returns the object of that name, or empty if there is none.
     *
     * @throws dev.marquetry.MergeException if it failed
     * @throws InterruptedException if the thread was interrupted
     */
    public Optional<StoredObject> find(String name, Checkpoint checkpoint) throws InterruptedException {
        return find(blobId(name), checkpoint);
    }

    /**
     * Returns the object at {@code address}, in whichever bucket, or empty if there is none.
     *
     * @throws IllegalArgumentException if {@code address} is not of an object
     * @throws dev.marquetry.MergeException if it failed
     * @throws InterruptedException if the thread was interrupted
     */
    public Optional<StoredObject> find(URI address, Checkpoint checkpoint) throws InterruptedException {
        return find(StoredObject.parse(address), checkpoint);
    }

    Optional<StoredObject> find(BlobId id, Checkpoint checkpoint) throws InterruptedException {
        Blob blob = calls.makeOrFail(request("look for", id, "storage.objects.get"), checkpoint, () -> {
            usage.operationsB(1);
            return client.get(id, BlobGetOption.fields(FIELDS));
        });
        return Optional.ofNullable(blob).map(StoredObject::of);
    }

    /**
     * Returns every object whose name begins with {@code prefix}, by name.
     *
     * @throws dev.marquetry.MergeException if it failed
     * @throws InterruptedException if the thread was interrupted
     */
    public List<StoredObject> list(String prefix, Checkpoint checkpoint) throws InterruptedException {
        List<StoredObject> found = new ArrayList<>();
        for (Blob blob :
                pages(checkpoint, prefix, BlobListOption.prefix(folder + prefix), BlobListOption.fields(FIELDS))) {
            found.add(StoredObject.of(blob));
        }
        found.sort(Comparator.comparing(StoredObject::name));
        return found;
    }

    /**
     * Returns the names of the folders directly in {@code parent}, which ends with a slash or is empty; without slashes.
     *
     * @throws dev.marquetry.MergeException if it failed
     * @throws InterruptedException if the thread was interrupted
     */
    public List<String> folders(String parent, Checkpoint checkpoint) throws InterruptedException {
        SortedSet<String> found = new TreeSet<>();
        String prefix = folder + parent;
        for (Blob blob : pages(checkpoint, parent, BlobListOption.prefix(prefix), BlobListOption.currentDirectory())) {
            String below = blob.getName().substring(prefix.length());
            int slash = below.indexOf('/');
            if (slash > 0) {
                found.add(below.substring(0, slash));
            }
        }
        return List.copyOf(found);
    }

    private List<Blob> pages(Checkpoint checkpoint, String prefix, BlobListOption... options)
            throws InterruptedException {
        Request request = new Request("list " + uri(prefix), "storage.objects.list", "bucket " + bucket);
        List<Blob> found = new ArrayList<>();
        Page<Blob> page = calls.makeOrFail(request, checkpoint, () -> {
            usage.operationsA(1);
            return client.list(bucket, options);
        });
        while (page != null) {
            Page<Blob> current = page;
            current.getValues().forEach(found::add);
            page = current.hasNextPage()
                    ? calls.makeOrFail(request, checkpoint, () -> {
                        usage.operationsA(1);
                        return current.getNextPage();
                    })
                    : null;
        }
        return found;
    }

    /**
     * Makes an object of {@code original}'s bytes followed by {@code tail}'s, without fetching the original. An original in
     * another bucket is copied into this one first, inside the service. What is made on the way is deleted.
     *
     * @throws MergeFailedException if the original has changed
     * @throws dev.marquetry.MergeException if it failed otherwise
     * @throws InterruptedException if the thread was interrupted
     */
    public StoredObject append(StoredObject original, long tailBytes, Content tail, String name, Checkpoint checkpoint)
            throws InterruptedException {
        List<StoredObject> parts = new ArrayList<>();
        try {
            StoredObject head = original;
            if (!original.bucket().equals(bucket)) {
                head = copy(original, name + ".head", checkpoint);
                parts.add(head);
            }
            StoredObject end = upload(name + ".tail", tailBytes, tail, checkpoint);
            parts.add(end);
            return compose(List.of(head, end), name, checkpoint);
        } finally {
            for (StoredObject part : parts) {
                // What stays for a failure is in the run's folder and goes with it.
                new Deletion(client, List.of(part), settings.retry(), Duration.ofSeconds(2)).run();
            }
        }
    }

    /**
     * Copies an object of any bucket into the staging area, inside the service.
     *
     * @throws MergeFailedException if the object has changed
     * @throws dev.marquetry.MergeException if it failed otherwise
     * @throws InterruptedException if the thread was interrupted
     */
    public StoredObject copy(StoredObject source, String name, Checkpoint checkpoint) throws InterruptedException {
        Request request = new Request(
                "copy " + source.uri() + " to " + uri(name),
                "storage.objects.get",
                "bucket " + source.bucket() + " or storage.objects.create on bucket " + bucket);
        CopyRequest copy = CopyRequest.newBuilder()
                .setSource(source.id())
                .setSourceOptions(BlobSourceOption.generationMatch(source.generation()))
                .setTarget(BlobInfo.newBuilder(blobId(name)).build(), targetOptions())
                .build();
        CopyWriter writer = calls.makeOrFail(request, checkpoint, () -> {
            usage.operationsA(1);
            return client.copy(copy);
        });
        while (!writer.isDone()) {
            calls.makeOrFail(request, checkpoint, () -> {
                writer.copyChunk();
                return writer;
            });
        }
        Blob made = writer.getResult();
        return assertSize(StoredObject.of(made), source.bytes(), request);
    }

    private StoredObject compose(List<StoredObject> parts, String name, Checkpoint checkpoint)
            throws InterruptedException {
        Request request = request("put together", blobId(name), "storage.objects.create");
        ComposeRequest.Builder compose = ComposeRequest.newBuilder()
                .setTarget(BlobInfo.newBuilder(blobId(name))
                        .setContentType("application/octet-stream")
                        .build())
                .setTargetOptions(targetOptions());
        long bytes = 0;
        for (StoredObject part : parts) {
            compose.addSource(part.name(), part.generation());
            bytes += part.bytes();
        }
        ComposeRequest built = compose.build();
        Blob made = calls.makeOrFail(request, checkpoint, () -> {
            usage.operationsA(1);
            return client.compose(built);
        });
        return assertSize(StoredObject.of(made), bytes, request);
    }

    private List<BlobTargetOption> targetOptions() {
        return settings.kmsKey().map(BlobTargetOption::kmsKeyName).stream().toList();
    }

    private static StoredObject assertSize(StoredObject made, long bytes, Request request) {
        if (made.bytes() != bytes) {
            throw new MergeFailedException(
                    "Cannot " + request.doing() + ": it has " + made.bytes() + " bytes and not " + bytes);
        }
        return made;
    }

    /**
     * Deletes every object whose name begins with {@code prefix}, within a time and whether or not the thread is
     * interrupted, which it stays. Does its best and throws nothing.
     *
     * @return what could not be deleted, as addresses; if they could not even be listed, the address of the prefix
     */
    public List<String> delete(String prefix, Duration within) {
        boolean interrupted = Thread.interrupted();
        try {
            long end = System.nanoTime() + within.toNanos();
            Checkpoint inTime = () -> {
                if (System.nanoTime() - end >= 0) {
                    throw new StrategyUnavailableException("no time left to list");
                }
            };
            List<StoredObject> objects = list(prefix, inTime);
            Duration left = Duration.ofNanos(Math.max(0, end - System.nanoTime()));
            return new Deletion(client, objects, settings.retry(), left)
                    .run().stream().map(StoredObject::uri).toList();
        } catch (InterruptedException e) {
            interrupted = true;
            return List.of(uri(prefix));
        } catch (StrategyUnavailableException | MergeFailedException e) {
            return List.of(uri(prefix));
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /** Deletes one generation; answers nothing if it is gone already. */
    void delete(StoredObject object, Checkpoint checkpoint) throws InterruptedException {
        calls.makeOrFail(
                request("delete", object.id(), "storage.objects.delete"), checkpoint, () -> client.delete(object.id()));
    }

    BlobId blobId(String name) {
        return BlobId.of(bucket, folder + name);
    }

    BucketSettings settings() {
        return settings;
    }

    Usage usage() {
        return usage;
    }

    static Request request(String doing, BlobId id, String permission) {
        return new Request(
                doing + " gs://" + id.getBucket() + "/" + id.getName(), permission, "bucket " + id.getBucket());
    }

    /** Returns what went wrong in a transfer that may be tried again; throws what ends the merge otherwise. */
    static Failure passing(Failure failure, Request request, @Nullable Throwable cause) throws InterruptedException {
        Calls.throwIfInterrupted();
        if (!failure.isPassing() && failure.kind() != Failure.Kind.CONFLICT) {
            throw failure.toMergeException(request, cause);
        }
        return failure;
    }
}
