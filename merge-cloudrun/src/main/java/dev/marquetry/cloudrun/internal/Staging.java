/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.cloudrun.internal;

import com.google.api.gax.paging.Page;
import com.google.cloud.storage.Blob;
import com.google.cloud.storage.BlobId;
import com.google.cloud.storage.BlobInfo;
import com.google.cloud.storage.Storage;
import com.google.cloud.storage.Storage.BlobListOption;
import com.google.cloud.storage.Storage.BlobTargetOption;
import com.google.cloud.storage.StorageException;
import dev.marquetry.MergeException;
import dev.marquetry.StrategyUnavailableException;
import dev.marquetry.gcs.call.CallException;
import dev.marquetry.gcs.call.Calls;
import dev.marquetry.gcs.call.Checkpoint;
import dev.marquetry.gcs.call.Failure.Kind;
import dev.marquetry.gcs.call.Request;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;

/** The staging area: a bucket, or a folder in one, to which names are relative. Thread-safe. */
public final class Staging {
    private static final int NOT_FOUND = 404;

    private final Storage client;
    private final String bucket;
    private final String folder;
    private final Calls calls;
    private final Optional<String> kmsKey;

    /** Creates it for {@code gs://bucket} or {@code gs://bucket/folder}; asks nothing of the service. */
    public Staging(Storage client, String address, Calls calls, Optional<String> kmsKey) {
        this.client = client;
        this.calls = calls;
        this.kmsKey = kmsKey;
        String rest = address.substring("gs://".length());
        int slash = rest.indexOf('/');
        bucket = slash < 0 ? rest : rest.substring(0, slash);
        String path = slash < 0 ? "" : rest.substring(slash + 1);
        folder = path.isEmpty() || path.endsWith("/") ? path : path + "/";
    }

    /** Returns the address of {@code name}. */
    public URI uri(String name) {
        try {
            return new URI("gs", bucket, "/" + folder + name, null, null);
        } catch (URISyntaxException e) {
            throw new IllegalArgumentException("no name for an object: " + name, e);
        }
    }

    /** Writes a small object, replacing what is there. */
    public void put(String name, String text, Checkpoint checkpoint) throws InterruptedException {
        BlobInfo object = BlobInfo.newBuilder(BlobId.of(bucket, folder + name))
                .setContentType("application/json")
                .build();
        BlobTargetOption[] options =
                kmsKey.map(BlobTargetOption::kmsKeyName).stream().toArray(BlobTargetOption[]::new);
        calls.makeOrFail(
                request("write " + uri(name), "storage.objects.create"),
                checkpoint,
                () -> client.create(object, text.getBytes(StandardCharsets.UTF_8), options));
    }

    /** Writes a small object where there is none, and returns whether it is {@code text} that lies there now. */
    public boolean claim(String name, String text, Checkpoint checkpoint) throws InterruptedException {
        BlobInfo object = BlobInfo.newBuilder(BlobId.of(bucket, folder + name)).build();
        try {
            calls.make(
                    request("write " + uri(name), "storage.objects.create"),
                    checkpoint,
                    () -> client.create(
                            object, text.getBytes(StandardCharsets.UTF_8), BlobTargetOption.doesNotExist()));
            return true;
        } catch (CallException e) {
            if (e.is(Kind.CONFLICT)) { // or it was written, and the answer was lost
                return text(name, checkpoint).filter(text::equals).isPresent();
            }
            throw e.toMergeException();
        }
    }

    /** Returns a small object's text, or empty if there is none. */
    public Optional<String> text(String name, Checkpoint checkpoint) throws InterruptedException {
        try {
            byte[] bytes = calls.make(
                    request("read " + uri(name), "storage.objects.get"),
                    checkpoint,
                    () -> client.readAllBytes(BlobId.of(bucket, folder + name)));
            return Optional.of(new String(bytes, StandardCharsets.UTF_8));
        } catch (CallException e) {
            if (e.is(Kind.ABSENT)) {
                return Optional.empty();
            }
            throw e.toMergeException();
        }
    }

    /** Returns the names of the folders directly in {@code parent}, which ends with a slash; without slashes. */
    public List<String> folders(String parent, Checkpoint checkpoint) throws InterruptedException {
        SortedSet<String> found = new TreeSet<>();
        String prefix = folder + parent;
        for (Blob blob : list(parent, checkpoint, BlobListOption.currentDirectory())) {
            String below = blob.getName().substring(prefix.length());
            int slash = below.indexOf('/');
            if (slash > 0) {
                found.add(below.substring(0, slash));
            }
        }
        return List.copyOf(found);
    }

    /** Returns when the youngest object below {@code prefix} was made, or empty if there is none. */
    public Optional<Instant> youngest(String prefix, Checkpoint checkpoint) throws InterruptedException {
        Optional<Instant> youngest = Optional.empty();
        for (Blob blob : list(prefix, checkpoint)) {
            Instant made = blob.getCreateTimeOffsetDateTime() == null
                    ? Instant.EPOCH
                    : blob.getCreateTimeOffsetDateTime().toInstant();
            youngest = Optional.of(youngest.filter(made::isBefore).orElse(made));
        }
        return youngest;
    }

    private List<Blob> list(String prefix, Checkpoint checkpoint, BlobListOption... more) throws InterruptedException {
        Request request = request("list " + uri(prefix), "storage.objects.list");
        List<BlobListOption> options = new ArrayList<>(List.of(more));
        options.add(BlobListOption.prefix(folder + prefix));
        List<Blob> found = new ArrayList<>();
        Page<Blob> page = calls.makeOrFail(
                request, checkpoint, () -> client.list(bucket, options.toArray(BlobListOption[]::new)));
        while (page != null) {
            Page<Blob> current = page;
            current.getValues().forEach(found::add);
            page = current.hasNextPage() ? calls.makeOrFail(request, checkpoint, current::getNextPage) : null;
        }
        return found;
    }

    /**
     * Deletes every object below {@code prefix}, within a time and whether or not the thread is interrupted, which it stays.
     * Throws nothing.
     *
     * @return what could not be deleted, as addresses
     */
    public List<String> delete(String prefix, Duration within) {
        boolean interrupted = Thread.interrupted();
        List<String> left = new ArrayList<>(List.of(uri(prefix).toString()));
        try {
            long end = System.nanoTime() + within.toNanos();
            Checkpoint inTime = () -> {
                if (System.nanoTime() - end >= 0) {
                    throw new StrategyUnavailableException("no time left to delete");
                }
            };
            List<Blob> objects = list(prefix, inTime);
            left.clear();
            for (Blob object : objects) {
                BlobId id = BlobId.of(bucket, object.getName());
                try {
                    calls.make(
                            request("delete gs://" + bucket + "/" + object.getName(), "storage.objects.delete"),
                            inTime,
                            () -> delete(id));
                } catch (CallException | MergeException e) {
                    left.add("gs://" + bucket + "/" + object.getName());
                }
            }
        } catch (InterruptedException e) {
            interrupted = true;
        } catch (MergeException e) {
            return left;
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
        return left;
    }

    private boolean delete(BlobId id) {
        try {
            return client.delete(id);
        } catch (StorageException e) {
            if (e.getCode() == NOT_FOUND) {
                return false;
            }
            throw e;
        }
    }

    private Request request(String doing, String permission) {
        return new Request(doing, permission, "bucket " + bucket);
    }
}
