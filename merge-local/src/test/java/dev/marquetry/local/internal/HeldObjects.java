/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.local.internal;

import dev.marquetry.local.storage.ObjectChangedException;
import dev.marquetry.local.storage.ObjectStore;
import dev.marquetry.local.storage.ObjectUpload;
import dev.marquetry.local.storage.StoredObject;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.ConcurrentHashMap;
import java.util.zip.CRC32C;

/** A store in this process's memory. */
final class HeldObjects implements ObjectStore {
    final Map<URI, byte[]> objects = new ConcurrentHashMap<>();

    private static StoredObject stored(URI address, byte[] bytes) {
        CRC32C crc = new CRC32C();
        crc.update(bytes);
        return new StoredObject(
                address, bytes.length, System.identityHashCode(bytes), OptionalInt.of((int) crc.getValue()));
    }

    @Override
    public boolean serves(URI address) {
        return "held".equals(address.getScheme());
    }

    @Override
    public Optional<StoredObject> find(URI address) {
        return Optional.ofNullable(objects.get(address)).map(bytes -> stored(address, bytes));
    }

    @Override
    public void read(StoredObject object, long position, ByteBuffer into) throws ObjectChangedException {
        byte[] bytes = objects.get(object.address());
        if (bytes == null || System.identityHashCode(bytes) != object.generation()) {
            throw new ObjectChangedException("changed: " + object, null);
        }
        into.put(bytes, (int) position, into.remaining());
    }

    @Override
    public ObjectUpload create(URI address, Optional<StoredObject> replaced, int pieceBytes) {
        ByteArrayOutputStream sent = new ByteArrayOutputStream();
        return new ObjectUpload() {
            @Override
            public void write(ByteBuffer piece) throws IOException {
                Channels.newChannel(sent).write(piece);
            }

            @Override
            public StoredObject complete() {
                objects.put(address, sent.toByteArray());
                return stored(address, objects.get(address));
            }

            @Override
            public void close() {
                // what was sent is forgotten
            }
        };
    }
}
