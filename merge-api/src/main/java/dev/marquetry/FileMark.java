/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;

/**
 * What tells a file from what it was before, without reading it all.
 *
 * @param bytes its size
 * @param modified when it was last written
 * @param footer SHA-256 in hexadecimal of its footer; of its last 64 KiB if it is no Parquet file
 */
record FileMark(long bytes, Instant modified, String footer) {
    private static final byte[] MAGIC = "PAR1".getBytes(StandardCharsets.US_ASCII);
    private static final int TAIL = 8;
    private static final int LAST = 64 << 10;

    /**
     * Returns the mark of {@code file}.
     *
     * @throws IOException if it is not a file of this machine, or can not be read
     */
    static FileMark of(URI file) throws IOException {
        if (!"file".equals(file.getScheme())) {
            throw new IOException("[" + file + "] Cannot mark what is no file of this machine");
        }
        Path path = Path.of(file);
        BasicFileAttributes attributes = Files.readAttributes(path, BasicFileAttributes.class);
        return new FileMark(attributes.size(), attributes.lastModifiedTime().toInstant(), footer(path));
    }

    /** Reads by no channel: an interrupt would close it, and a batch that is interrupted still has to write its journal. */
    private static String footer(Path path) throws IOException {
        try (RandomAccessFile file = new RandomAccessFile(path.toFile(), "r")) {
            long size = file.length();
            file.seek(size - footerBytes(file, size));
            MessageDigest digest = sha256();
            byte[] buffer = new byte[LAST];
            for (int read = file.read(buffer); read >= 0; read = file.read(buffer)) {
                digest.update(buffer, 0, read);
            }
            return HexFormat.of().formatHex(digest.digest());
        }
    }

    private static long footerBytes(RandomAccessFile file, long size) throws IOException {
        if (size >= TAIL + MAGIC.length) {
            byte[] tail = new byte[TAIL];
            file.seek(size - TAIL);
            file.readFully(tail);
            long length = Integer.toUnsignedLong(
                    ByteBuffer.wrap(tail).order(ByteOrder.LITTLE_ENDIAN).getInt());
            if (Arrays.equals(tail, 4, TAIL, MAGIC, 0, MAGIC.length) && length + TAIL <= size) {
                return length + TAIL;
            }
        }
        return Math.min(size, LAST);
    }

    /** The spine and feature files of a request, as they are at one moment. */
    record Inputs(int files, long bytes, String fingerprint) {
        /**
         * Returns what tells {@code files} from what they were before: the SHA-256 of all their marks.
         *
         * @throws IOException if one of them is not a file of this machine, or can not be read
         */
        static Inputs of(List<URI> files) throws IOException {
            MessageDigest digest = sha256();
            long bytes = 0;
            for (URI file : files) {
                FileMark mark = FileMark.of(file);
                bytes += mark.bytes;
                digest.update((MergeRequest.fileName(file) + "\n" + mark.bytes + "\n" + mark.modified + "\n"
                                + mark.footer + "\n")
                        .getBytes(StandardCharsets.UTF_8));
            }
            return new Inputs(files.size(), bytes, HexFormat.of().formatHex(digest.digest()));
        }
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}
