/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.local.storage;

import dev.marquetry.Backup;
import dev.marquetry.CostItem;
import dev.marquetry.InvalidInputException;
import dev.marquetry.MemorySize;
import dev.marquetry.MergeCancelledException;
import dev.marquetry.MergeFailedException;
import dev.marquetry.MergeRequest;
import dev.marquetry.MergeResult;
import dev.marquetry.OutputBackup;
import java.io.File;
import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Base64;
import java.util.Objects;
import java.util.Optional;
import java.util.zip.CRC32C;

/**
 * Copies outputs that are files of this machine into a folder of an {@link ObjectStore}, under the names of the files:
 *
 * <pre>{@code
 * ObjectBackup.to(GoogleCloudStorage.with(client), URI.create("gs://bucket/nightly/"))
 * }</pre>
 *
 * <p>An object that has the file's size and CRC32C already is left alone. Any other is replaced, but only the generation that
 * was seen there: of two that write, the second fails. What the store says it has then must be what was read. Each copy takes
 * twice {@link #PIECE_BYTES} of memory, whatever the file's size. Immutable and thread-safe if the store is.
 */
public final class ObjectBackup implements OutputBackup {
    /** How many bytes are sent at once: {@value}. */
    public static final int PIECE_BYTES = 8 << 20;

    private final ObjectStore store;
    private final URI folder;
    private final Optional<BigDecimal> gibMonth;

    private ObjectBackup(ObjectStore store, URI folder, Optional<BigDecimal> gibMonth) {
        this.store = store;
        this.folder = folder;
        this.gibMonth = gibMonth;
    }

    /**
     * Returns what copies into {@code folder}, with or without a slash at its end; asks nothing of the store.
     *
     * @throws IllegalArgumentException if {@code folder} is not of the store's kind, or names no bucket
     */
    public static ObjectBackup to(ObjectStore store, URI folder) {
        if (!store.serves(folder) || folder.getAuthority() == null) {
            throw new IllegalArgumentException("folder must be like gs://bucket/folder but was " + folder);
        }
        return new ObjectBackup(Objects.requireNonNull(store, "store"), folder, Optional.empty());
    }

    /**
     * Returns this with a price of what is kept.
     *
     * @param dollars for a GiB for a month, in US dollars
     */
    public ObjectBackup pricedAt(BigDecimal dollars) {
        return new ObjectBackup(store, folder, Optional.of(dollars));
    }

    /** Returns what keeping {@code bytes} costs at the price that {@link #pricedAt} was told, in one version. */
    @Override
    public Optional<CostItem> month(long bytes) {
        return gibMonth.map(price -> new CostItem(
                "copies kept for a month",
                new MemorySize(bytes).toString(),
                price.multiply(BigDecimal.valueOf(bytes)).divide(BigDecimal.valueOf(1L << 30), 4, RoundingMode.UP)));
    }

    @Override
    public URI objectOf(MergeRequest request) {
        String path = Objects.requireNonNullElse(folder.getPath(), "");
        String name = MergeRequest.fileName(file(request).toUri());
        try {
            return new URI(
                    folder.getScheme(), folder.getAuthority(), path + (path.endsWith("/") ? "" : "/") + name, null);
        } catch (URISyntaxException e) {
            throw new InvalidInputException("Cannot back up " + request.output() + ": " + e.getMessage(), e);
        }
    }

    private static Path file(MergeRequest request) {
        if (!"file".equals(request.output().getScheme())) {
            throw new InvalidInputException(
                    "Cannot back up " + request.output() + ": only files of this machine can be backed up");
        }
        return Path.of(request.output());
    }

    @Override
    public Backup copy(MergeRequest request, MergeResult result) {
        File file = file(request).toFile();
        URI object = objectOf(request);
        try {
            throwIfInterrupted();
            Optional<StoredObject> there = store.find(object);
            if (there.isPresent() && isOf(there.get(), result.outputBytes(), file)) {
                return backup(there.get(), false);
            }
            return backup(send(file, result.outputBytes(), object, there), true);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new MergeCancelledException("Copy of " + request.output() + " was interrupted", e);
        } catch (ObjectChangedException e) {
            throw new MergeFailedException(
                    "Cannot back up " + request.output() + ": somebody else writes to " + object + ": "
                            + e.getMessage(),
                    e);
        } catch (IOException e) {
            throw new MergeFailedException(
                    "Cannot back up " + request.output() + " to " + object + ": " + e.getMessage(), e);
        }
    }

    private static Backup backup(StoredObject object, boolean copied) {
        byte[] crc =
                ByteBuffer.allocate(4).putInt(object.crc32c().orElseThrow()).array();
        return new Backup(
                object.address(), object.generation(), Base64.getEncoder().encodeToString(crc), object.bytes(), copied);
    }

    /** Returns whether the object has the file's bytes; reads the file only if their sizes are the same. */
    private static boolean isOf(StoredObject object, long bytes, File file) throws IOException, InterruptedException {
        if (object.crc32c().isEmpty() || object.bytes() != bytes) {
            return false;
        }
        Pieces pieces = new Pieces(bytes);
        try (InputStream in = new FileInputStream(file)) {
            while (pieces.next(in).hasRemaining()) {
                throwIfInterrupted();
            }
        }
        return pieces.crc() == object.crc32c().getAsInt();
    }

    private StoredObject send(File file, long bytes, URI object, Optional<StoredObject> replaced)
            throws IOException, InterruptedException {
        Pieces pieces = new Pieces(bytes);
        StoredObject stored;
        // No channel: an interrupt would close it with an exception of its own.
        try (InputStream in = new FileInputStream(file);
                ObjectUpload upload = store.create(object, replaced, PIECE_BYTES)) {
            for (ByteBuffer piece = pieces.next(in); piece.hasRemaining(); piece = pieces.next(in)) {
                throwIfInterrupted();
                upload.write(piece);
            }
            throwIfInterrupted();
            stored = upload.complete();
        }
        if (stored.bytes() != bytes
                || stored.crc32c().isEmpty()
                || stored.crc32c().getAsInt() != pieces.crc()) {
            throw new IOException("the store has not what was sent: " + stored + " instead of " + bytes
                    + " bytes with CRC32C " + String.format("%08x", pieces.crc()));
        }
        return stored;
    }

    private static void throwIfInterrupted() throws InterruptedException {
        if (Thread.interrupted()) {
            throw new InterruptedException("interrupted while backing up");
        }
    }

    /** The bytes of a file, piece by piece, and their checksum. */
    private static final class Pieces {
        private final long expected;
        private final byte[] bytes;
        private final CRC32C crc = new CRC32C();
        private long read;

        Pieces(long expected) {
            this.expected = expected;
            bytes = new byte[(int) Math.min(PIECE_BYTES, expected + 1)];
        }

        /** Returns the next bytes, as many as fit but for the last; none at the end. */
        ByteBuffer next(InputStream in) throws IOException {
            int got = in.readNBytes(bytes, 0, bytes.length);
            read += got;
            if (read > expected || (got < bytes.length && read < expected)) {
                throw new IOException("it does not have the " + expected + " bytes with which it was made");
            }
            crc.update(bytes, 0, got);
            return ByteBuffer.wrap(bytes, 0, got);
        }

        int crc() {
            return (int) crc.getValue();
        }
    }
}
