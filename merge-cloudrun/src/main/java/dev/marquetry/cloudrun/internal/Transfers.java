/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.cloudrun.internal;

import dev.marquetry.MergeFailedException;
import dev.marquetry.MergeRequest;
import dev.marquetry.Phase;
import dev.marquetry.gcs.GoogleCloudStorage;
import dev.marquetry.local.remote.HostSession;
import dev.marquetry.local.storage.ObjectUpload;
import dev.marquetry.local.storage.StoredObject;
import java.io.IOException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.zip.CRC32C;

/** Sends inputs and fetches the output, several pieces at once, and holds that what arrives is what was sent. */
final class Transfers {
    private final GoogleCloudStorage store;
    private final int threads;
    private final int pieceBytes;
    private final AtomicLong sent = new AtomicLong();
    private final AtomicLong fetched = new AtomicLong();

    Transfers(Settings settings) {
        store = settings.store();
        threads = settings.transfers();
        pieceBytes = settings.pieceBytes();
    }

    /** Returns the bytes sent so far. */
    long sentBytes() {
        return sent.get();
    }

    /** Returns the bytes fetched so far. */
    long fetchedBytes() {
        return fetched.get();
    }

    /** Sends each of {@code inputs} that is a file to its target. */
    void send(HostSession session, List<URI> inputs, List<URI> targets) {
        List<Integer> here = new java.util.ArrayList<>();
        for (int i = 0; i < inputs.size(); i++) {
            if (!inputs.get(i).equals(targets.get(i))) {
                here.add(i);
            }
        }
        AtomicInteger next = new AtomicInteger();
        AtomicInteger done = new AtomicInteger();
        session.work(Phase.STAGE, Math.min(threads, Math.max(1, here.size())), () -> {
            ByteBuffer piece = ByteBuffer.allocate(pieceBytes);
            for (int n = next.getAndIncrement(); n < here.size(); n = next.getAndIncrement()) {
                int i = here.get(n);
                send(session, Path.of(inputs.get(i)), targets.get(i), piece);
                session.report(Phase.STAGE, done.incrementAndGet() + " of " + here.size() + " files sent");
            }
        });
    }

    private void send(HostSession session, Path file, URI target, ByteBuffer piece)
            throws IOException, InterruptedException {
        CRC32C crc = new CRC32C();
        try (FileChannel source = FileChannel.open(file, StandardOpenOption.READ);
                ObjectUpload upload = store.create(target, Optional.empty(), pieceBytes)) {
            boolean more = true;
            while (more) {
                session.check();
                piece.clear();
                while (more && piece.hasRemaining()) {
                    more = source.read(piece) >= 0;
                }
                piece.flip();
                crc.update(piece.duplicate());
                sent.addAndGet(piece.remaining());
                upload.write(piece);
            }
            StoredObject object = upload.complete();
            if (object.crc32c().isPresent() && object.crc32c().getAsInt() != (int) crc.getValue()) {
                throw new MergeFailedException("[" + MergeRequest.fileName(target)
                        + "] Cannot send the file: what arrived is not what was sent");
            }
        }
    }

    /** Brings an object to the session's output and returns its CRC32C. */
    OptionalInt fetch(HostSession session, URI address) throws IOException, InterruptedException {
        Optional<StoredObject> found = store.find(address);
        if (found.isEmpty()) {
            throw new MergeFailedException("Cannot fetch the output: " + address + " is not there");
        }
        StoredObject object = found.get();
        AtomicLong next = new AtomicLong();
        session.work(Phase.FETCH, threads, () -> {
            ByteBuffer piece = ByteBuffer.allocate(pieceBytes);
            for (long at = next.getAndAdd(pieceBytes); at < object.bytes(); at = next.getAndAdd(pieceBytes)) {
                session.check();
                piece.clear().limit((int) Math.min(pieceBytes, object.bytes() - at));
                store.read(object, at, piece);
                piece.flip();
                fetched.addAndGet(piece.remaining());
                session.write(at, piece);
            }
        });
        return object.crc32c();
    }
}
