/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.loopback;

import com.google.gson.JsonObject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicLong;

/** Buckets and the objects in them, each generation in a file of its own, so that nothing changes while it is read. */
final class ObjectStore {
    private static final long FIRST_GENERATION = 1_700_000_000_000_000L;

    private final Path root;
    private final Clock clock;
    private final Faults faults;
    private final AtomicLong generations = new AtomicLong(FIRST_GENERATION);
    private final Map<String, Bucket> buckets = new ConcurrentHashMap<>();

    private record Bucket(String location, NavigableMap<String, StoredObject> objects) {}

    ObjectStore(Path root, Clock clock, Faults faults) {
        this.root = root;
        this.clock = clock;
        this.faults = faults;
    }

    void addBucket(String name, String location) {
        buckets.put(name, new Bucket(location, new ConcurrentSkipListMap<>()));
    }

    String location(String bucket) {
        return bucket(bucket).location();
    }

    private Bucket bucket(String name) {
        Bucket bucket = buckets.get(name);
        if (bucket == null) {
            throw Refusal.notFound("The specified bucket does not exist.");
        }
        return bucket;
    }

    /** Returns an unused file to write bytes to before they become an object. */
    Path newFile(String name) {
        String tail = name.substring(name.lastIndexOf('/') + 1).replaceAll("[^A-Za-z0-9._-]", "_");
        String shortTail = tail.substring(Math.max(0, tail.length() - 100));
        return root.resolve(generations.incrementAndGet() + "-" + shortTail);
    }

    /** Makes {@code file} the newest generation of an object; a bucket that does not exist is refused. */
    StoredObject put(String bucket, String name, Path file, JsonObject resource, Optional<Long> ifGeneration) {
        NavigableMap<String, StoredObject> objects = bucket(bucket).objects();
        StoredObject object =
                StoredObject.of(bucket, name, file, generations.incrementAndGet(), resource, clock.instant());
        checkHashes(object, resource);
        synchronized (objects) {
            check(objects.get(name), ifGeneration);
            objects.put(name, object);
        }
        return object;
    }

    private static void checkHashes(StoredObject object, JsonObject resource) {
        String crc = Json.text(resource, object.crc32c(), "crc32c");
        if (!crc.equals(object.crc32c())) {
            throw Refusal.invalid(
                    "Provided CRC32C \"" + crc + "\" doesn't match calculated CRC32C \"" + object.crc32c() + "\".");
        }
        String md5 = Json.text(resource, object.md5(), "md5Hash");
        if (!md5.equals(object.md5())) {
            throw Refusal.invalid(
                    "Provided MD5 hash \"" + md5 + "\" doesn't match calculated MD5 hash \"" + object.md5() + "\".");
        }
    }

    private static void check(StoredObject current, Optional<Long> ifGeneration) {
        long generation = current == null ? 0 : current.generation();
        if (ifGeneration.isPresent() && ifGeneration.get() != generation) {
            throw new Refusal(412, "conditionNotMet", "At least one of the pre-conditions you specified did not hold.");
        }
    }

    /** Checks what an upload demands of the object it would replace, before its bytes arrive. */
    void check(String bucket, String name, Optional<Long> ifGeneration) {
        check(bucket(bucket).objects().get(name), ifGeneration);
    }

    Optional<StoredObject> find(String bucket, String name) {
        return Optional.ofNullable(bucket(bucket).objects().get(name)).map(this::faulty);
    }

    StoredObject get(String bucket, String name, Optional<Long> generation) {
        return find(bucket, name)
                .filter(object -> generation.isEmpty() || generation.get() == object.generation())
                .orElseThrow(() -> Refusal.notFound("No such object: " + bucket + "/" + name));
    }

    private StoredObject faulty(StoredObject object) {
        return faults.hasWrongCrc32c(object.name()) ? object.withWrongCrc32c() : object;
    }

    void replaceMetadata(StoredObject object, Map<String, String> metadata) {
        bucket(object.bucket()).objects().put(object.name(), object.withMetadata(metadata));
    }

    void delete(String bucket, String name, Optional<Long> generation, Optional<Long> ifGeneration) {
        NavigableMap<String, StoredObject> objects = bucket(bucket).objects();
        synchronized (objects) {
            StoredObject object = get(bucket, name, generation);
            check(object, ifGeneration);
            objects.remove(name);
            deleteFile(object.file());
        }
    }

    private static void deleteFile(Path file) {
        try {
            Files.deleteIfExists(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Returns the objects whose names begin with {@code prefix}, in the order of their names. */
    List<StoredObject> list(String bucket, String prefix) {
        return bucket(bucket).objects().tailMap(prefix, true).values().stream()
                .takeWhile(object -> object.name().startsWith(prefix))
                .map(this::faulty)
                .toList();
    }

    /** Returns the URIs of all objects in all buckets. */
    List<String> uris() {
        return buckets.keySet().stream()
                .sorted()
                .flatMap(bucket -> list(bucket, "").stream())
                .map(object -> "gs://" + object.bucket() + "/" + object.name())
                .toList();
    }
}
