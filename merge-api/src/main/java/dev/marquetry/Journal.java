/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry;

import dev.marquetry.json.Json;
import java.io.Closeable;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * An append-only file of what became of the requests of batches: one line of JSON for each change, on disk before the batch
 * goes on. Locked while it is open, by a lock that the operating system lets go when the process ends, however it ends.
 *
 * <p>Thread-safe.
 */
final class Journal implements Closeable {
    private static final Logger LOG = LoggerFactory.getLogger(Journal.class);

    /** Journals open in this process: closing any other channel to one would let go of this process's lock on it. */
    private static final Set<Path> HELD = ConcurrentHashMap.newKeySet();

    private final Path path;
    private final Path held;
    private final RandomAccessFile file; // written by no channel, which an interrupt would close
    private final Map<String, JournalEntry> entries = new HashMap<>();

    private Journal(Path path, Path held) throws IOException {
        this.path = path;
        this.held = held;
        file = new RandomAccessFile(path.toFile(), "rw");
    }

    /**
     * Opens {@code path} and reads what it has; a last line that a crash left half is cut off.
     *
     * @throws InvalidInputException if any other line is broken
     * @throws StrategyUnavailableException if another batch runs on it
     * @throws MergeFailedException if it can not be read or written
     */
    static Journal open(Path path) {
        try {
            Path folder = parent(path);
            Files.createDirectories(folder);
            boolean isNew = Files.notExists(path);
            Path held = isNew ? folder.toRealPath().resolve(path.getFileName()) : path.toRealPath();
            if (!HELD.add(held)) {
                throw running(path);
            }
            Journal journal;
            try {
                journal = new Journal(path, held);
            } catch (IOException e) {
                HELD.remove(held);
                throw e;
            }
            try {
                journal.lock();
                journal.read();
                if (isNew) {
                    force(folder);
                }
                return journal;
            } catch (IOException | RuntimeException e) {
                journal.close();
                throw e;
            }
        } catch (IOException e) {
            throw new MergeFailedException("[" + path + "] Cannot open the journal: " + e.getMessage(), e);
        }
    }

    private static Path parent(Path path) throws IOException {
        Path parent = path.toAbsolutePath().getParent();
        if (parent == null) {
            throw new IOException("it names no file");
        }
        return parent;
    }

    private static StrategyUnavailableException running(Path path) {
        return new StrategyUnavailableException(
                "[" + path + "] Cannot begin a batch: another one is running on this journal");
    }

    /** Locks a byte that the file will never have, so that people can read the rest, also where locks keep them out. */
    private void lock() throws IOException {
        try {
            if (file.getChannel().tryLock(Long.MAX_VALUE - 1, 1, false) == null) {
                throw running(path);
            }
        } catch (OverlappingFileLockException e) {
            throw running(path);
        }
    }

    private static void force(Path folder) {
        try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
            channel.force(true);
        } catch (IOException e) {
            LOG.debug("Cannot force folder {} to disk, as on systems that open no folders", folder, e);
        }
    }

    private void read() throws IOException {
        byte[] all = new byte[Math.toIntExact(file.length())];
        file.readFully(all);
        int begin = 0;
        int line = 0;
        for (int end = 0; end < all.length; end++) {
            if (all[end] == '\n') {
                readLine(++line, ByteBuffer.wrap(all, begin, end - begin));
                begin = end + 1;
            }
        }
        if (begin < all.length) {
            LOG.warn("[{}] line {} was left half by a crash and is cut off", path, line + 1);
            file.setLength(begin);
            file.getFD().sync();
        }
    }

    private void readLine(int line, ByteBuffer bytes) {
        try {
            apply(JsonLine.read(
                    StandardCharsets.UTF_8.newDecoder().decode(bytes).toString()));
        } catch (CharacterCodingException | IllegalArgumentException | ArithmeticException e) {
            throw new InvalidInputException(
                    "[" + path + "] Cannot read line " + line + " of the journal: " + e.getMessage()
                            + "; mend the line, or remove the journal to begin anew",
                    e);
        }
    }

    private void apply(Map<String, Object> fields) {
        String event = JournalEntry.text(fields, "event");
        if (event.equals("batch")) {
            return;
        }
        String name = JournalEntry.text(fields, "name");
        JournalEntry before = entries.get(name);
        if (before == null && !event.equals("begun")) {
            throw new IllegalArgumentException(name + " is " + event + " but was not begun");
        }
        entries.put(name, before == null ? JournalEntry.begun(fields) : before.after(event, fields));
    }

    /** Returns what the journal has last about the request called {@code name}, or null if it has nothing. */
    synchronized @Nullable JournalEntry entry(String name) {
        return entries.get(name);
    }

    /**
     * Adds a line, and returns when it is on disk.
     *
     * @throws MergeFailedException if it can not be written
     */
    synchronized void append(String event, Map<String, Object> fields) {
        Map<String, Object> line = new LinkedHashMap<>();
        line.put("event", event);
        line.put("at", Instant.now().truncatedTo(ChronoUnit.MILLIS).toString());
        line.putAll(fields);
        String json = Json.write(line);
        apply(JsonLine.read(json)); // as the next run will
        try {
            file.seek(file.length());
            file.write((json + "\n").getBytes(StandardCharsets.UTF_8));
            file.getFD().sync();
        } catch (IOException e) {
            throw new MergeFailedException("[" + path + "] Cannot write the journal: " + e.getMessage(), e);
        }
    }

    @Override
    public void close() {
        try {
            file.close();
        } catch (IOException e) {
            LOG.warn("Cannot close the journal {}", path, e);
        } finally {
            HELD.remove(held);
        }
    }
}
