/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.examples;

import dev.marquetry.local.storage.ObjectStore;
import dev.marquetry.local.storage.ObjectUpload;
import dev.marquetry.local.storage.StoredObject;
import java.io.IOException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Cloud Storage, whose classes are loaded when it is first asked for anything. Thread-safe. */
final class CloudStore implements ObjectStore {
    private static final String SCHEME = "gs";

    private static @Nullable CloudObjects loaded;

    /** Returns the objects directly in {@code folder}, an address that ends with a slash, by name. */
    static List<URI> list(URI folder) {
        return objects().list(folder);
    }

    private static synchronized CloudObjects objects() {
        CloudObjects objects = loaded;
        if (objects == null) {
            objects = CloudEngine.objects();
            loaded = objects;
        }
        return objects;
    }

    @Override
    public boolean serves(URI address) {
        return SCHEME.equals(address.getScheme());
    }

    @Override
    public Optional<StoredObject> find(URI address) throws IOException, InterruptedException {
        return objects().find(address);
    }

    @Override
    public void read(StoredObject object, long position, ByteBuffer into) throws IOException, InterruptedException {
        objects().read(object, position, into);
    }

    @Override
    public ObjectUpload create(URI address, Optional<StoredObject> replaced, int pieceBytes)
            throws IOException, InterruptedException {
        return objects().create(address, replaced, pieceBytes);
    }
}
