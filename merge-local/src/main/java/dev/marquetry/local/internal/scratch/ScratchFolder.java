/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.local.internal.scratch;

import dev.marquetry.InvalidInputException;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One merge's scratch: a hidden folder beside the target, {@code .NAME.marquetry-PID-TIME}, held by a file lock that the
 * operating system lets go when the process ends, however it ends. The next merge into the same target reclaims folders
 * whose lock is free, and those without a lock whose process is not there or that are a minute old.
 *
 * <p>The output is written in it and published by an atomic rename after both file and folder are on disk. Owned by one
 * merge; {@link #close} deletes all that is left.
 */
public final class ScratchFolder implements Scratch, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ScratchFolder.class);
    private static final String MARK = ".marquetry-";
    private static final String LOCK = "lock";
    private static final long GRACE_SECONDS = 60;

    /** Folders of merges in this process: closing any channel to a lock file would let go of this process's lock on it. */
    private static final Set<Path> HELD = ConcurrentHashMap.newKeySet();

    private final Path target;
    private final Path folder;
    private final Path held;
    private final FileChannel lockChannel;

    private ScratchFolder(Path target, Path folder, Path held, FileChannel lockChannel) {
        this.target = target;
        this.folder = folder;
        this.held = held;
        this.lockChannel = lockChannel;
    }

    /** Reclaims what dead merges into {@code target} left and makes a folder for this one. */
    public static ScratchFolder beside(Path target) throws IOException {
        reclaim(target);
        Path folder = parent(target)
                .resolve("." + target.getFileName() + MARK
                        + ProcessHandle.current().pid() + "-" + Long.toHexString(System.nanoTime()));
        Files.createDirectory(folder);
        Path held = folder.toRealPath();
        HELD.add(held);
        FileChannel channel = null;
        try {
            // Locked before it has its name, so that nobody finds a lock file that is free though its merge lives.
            Path locking = folder.resolve(LOCK + ".new");
            channel = FileChannel.open(locking, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
            channel.lock();
            Files.move(locking, folder.resolve(LOCK), StandardCopyOption.ATOMIC_MOVE);
            return new ScratchFolder(target, folder, held, channel);
        } catch (IOException e) {
            if (channel != null) {
                channel.close();
            }
            delete(folder);
            HELD.remove(held);
            throw e;
        }
    }

    /** Deletes the scratch of merges into {@code target} that no longer run. */
    public static void reclaim(Path target) throws IOException {
        String prefix = "." + target.getFileName() + MARK;
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(
                parent(target), entry -> entry.getFileName().toString().startsWith(prefix))) {
            for (Path entry : entries) {
                if (Files.isDirectory(entry) && isDead(entry)) {
                    LOG.info("Reclaiming scratch of a merge that ended early: {}", entry);
                    delete(entry);
                }
            }
        }
    }

    /** Deletes the scratch that {@code process}, which has ended, left of a merge into {@code target}, however young it is. */
    public static void reclaim(Path target, long process) throws IOException {
        String prefix = "." + target.getFileName() + MARK + process + "-";
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(
                parent(target), entry -> entry.getFileName().toString().startsWith(prefix))) {
            for (Path entry : entries) {
                if (Files.isDirectory(entry) && (Files.notExists(entry.resolve(LOCK)) || isDead(entry))) {
                    delete(entry);
                }
            }
        }
    }

    private static boolean isDead(Path folder) throws IOException {
        if (HELD.contains(folder.toRealPath())) {
            return false;
        }
        Path lock = folder.resolve(LOCK);
        if (!Files.exists(lock)) {
            // killed just before it had its lock or just after it gave it up; or a merge that begins, here or elsewhere
            Instant old = Instant.now().minusSeconds(GRACE_SECONDS);
            return !isOfLivingProcess(folder)
                    || Files.getLastModifiedTime(folder).toInstant().isBefore(old);
        }
        try (FileChannel channel = FileChannel.open(lock, StandardOpenOption.WRITE);
                FileLock held = channel.tryLock()) {
            return held != null;
        } catch (OverlappingFileLockException e) {
            return false; // held by another merge in this process
        }
    }

    /** Returns whether the process in the folder's name may live; one of another machine is not known here. */
    private static boolean isOfLivingProcess(Path folder) {
        String name = folder.getFileName().toString();
        String process = name.substring(name.lastIndexOf(MARK) + MARK.length());
        try {
            long pid = Long.parseLong(process.substring(0, process.indexOf('-')));
            return ProcessHandle.of(pid).filter(ProcessHandle::isAlive).isPresent();
        } catch (NumberFormatException | IndexOutOfBoundsException e) {
            return true; // not a name of ours
        }
    }

    private static Path parent(Path target) {
        Path parent = target.toAbsolutePath().getParent();
        if (parent == null) {
            throw new InvalidInputException("[" + target + "] Cannot write the output: it names no file");
        }
        return parent;
    }

    /** Returns where it is. */
    public Path path() {
        return folder;
    }

    @Override
    public ScratchFile create(String name) throws IOException {
        return ScratchFile.create(folder.resolve(name));
    }

    /**
     * Makes {@code output}, complete and closed, visible as the target in one step, over an old target only if {@code
     * replace}.
     *
     * @throws InvalidInputException if the target has appeared meanwhile and is not to be replaced
     */
    public void publish(Path output, boolean replace) throws IOException {
        if (replace) {
            Files.move(output, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } else {
            try {
                Files.createLink(target, output); // unlike a rename, it never replaces
            } catch (FileAlreadyExistsException e) {
                throw exists(e);
            } catch (FileSystemException | UnsupportedOperationException e) { // no links on this file system
                if (Files.exists(target, LinkOption.NOFOLLOW_LINKS)) { // an atomic move would replace it
                    throw exists(e);
                }
                Files.move(output, target, StandardCopyOption.ATOMIC_MOVE);
            }
        }
        try (FileChannel directory = FileChannel.open(parent(target), StandardOpenOption.READ)) {
            directory.force(true);
        } catch (IOException e) {
            LOG.debug("This system can not sync a folder; the rename itself is done", e);
        }
    }

    private InvalidInputException exists(Throwable cause) {
        return new InvalidInputException(
                "[" + target.getFileName() + "] Cannot write the output: it exists, remove it or ask to replace it",
                cause);
    }

    private static void delete(Path folder) throws IOException {
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(folder)) {
            for (Path entry : entries) {
                if (Files.isDirectory(entry, LinkOption.NOFOLLOW_LINKS)) {
                    delete(entry);
                } else {
                    Files.deleteIfExists(entry);
                }
            }
        }
        Files.deleteIfExists(folder);
    }

    /** Deletes the folder with all in it; what can not be deleted is logged and left for the next merge. */
    @Override
    public void close() {
        try {
            lockChannel.close();
            delete(folder);
        } catch (IOException e) {
            LOG.warn("Cannot delete scratch {}; the next merge into {} will", folder, target, e);
        } finally {
            HELD.remove(held);
        }
    }
}
