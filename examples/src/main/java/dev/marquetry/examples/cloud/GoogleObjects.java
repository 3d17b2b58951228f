/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.examples.cloud;

import com.google.cloud.BaseServiceException;
import com.google.cloud.NoCredentials;
import com.google.cloud.storage.Blob;
import com.google.cloud.storage.Storage;
import com.google.cloud.storage.Storage.BlobListOption;
import com.google.cloud.storage.StorageOptions;
import dev.marquetry.StrategyUnavailableException;
import dev.marquetry.examples.CloudObjects;
import dev.marquetry.gcs.GoogleCloudStorage;
import dev.marquetry.local.storage.ObjectUpload;
import dev.marquetry.local.storage.StoredObject;
import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Cloud Storage with the application default credentials of whoever runs the command, or the emulator that {@code
 * STORAGE_EMULATOR_HOST} names, without any.
 */
public final class GoogleObjects implements CloudObjects {
    private final Storage client;
    private final GoogleCloudStorage store;

    /** Looks for the credentials. */
    public GoogleObjects() {
        StorageOptions.Builder options = StorageOptions.newBuilder();
        String emulator = System.getenv("STORAGE_EMULATOR_HOST");
        if (emulator == null) {
            options.setCredentials(GoogleCloud.credentials("Cloud Storage"));
        } else {
            options.setHost(emulator).setProjectId("emulator").setCredentials(NoCredentials.getInstance());
        }
        client = options.build().getService();
        store = GoogleCloudStorage.with(client);
    }

    @Override
    public boolean serves(URI address) {
        return store.serves(address);
    }

    @Override
    public Optional<StoredObject> find(URI address) throws InterruptedException {
        return store.find(address);
    }

    @Override
    public void read(StoredObject object, long position, ByteBuffer into) throws IOException, InterruptedException {
        store.read(object, position, into);
    }

    @Override
    public ObjectUpload create(URI address, Optional<StoredObject> replaced, int pieceBytes) {
        return store.create(address, replaced, pieceBytes);
    }

    @Override
    public List<URI> list(URI folder) {
        String bucket = folder.getAuthority();
        String prefix = folder.getPath().substring(1);
        List<URI> found = new ArrayList<>();
        try {
            for (Blob blob : client.list(bucket, BlobListOption.prefix(prefix), BlobListOption.currentDirectory())
                    .iterateAll()) {
                if (!blob.getName().endsWith("/")) {
                    found.add(new URI("gs", bucket, "/" + blob.getName(), null));
                }
            }
        } catch (BaseServiceException | URISyntaxException e) {
            throw new StrategyUnavailableException("Cannot list " + folder + ": " + e.getMessage(), e);
        }
        return found;
    }
}
