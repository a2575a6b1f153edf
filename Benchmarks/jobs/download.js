get('/1gb', { saveAs: 'out.bin' });
